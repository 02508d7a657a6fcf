import fc from 'fast-check';
import { conditionHolds } from '../fencing/conditional-write';
import type { ControlRecord } from '../fencing/control-record';
import { approve, failback, failover, LEDGERS, outlineOf } from './commands-for-test';
import type { CommandOutcome } from './operator-commands';
import { anyRecord } from './situation-for-test';

/** The ledger once the outcome is written. A command that writes nothing leaves it. */
const written = (record: ControlRecord, outcome: CommandOutcome): ControlRecord =>
  outcome.kind === 'write' && conditionHolds(record, outcome.write.expected) ? outcome.write.next : record;

/** Of a ledger that is lost, and that nobody has written of yet, there is no item. */
const readFrom = ({ announced, step, version }: ControlRecord) =>
  step === 'ledger-lost' && !announced ? 'absent' : { version };

describe('two people', () => {
  it('both fail over: one of them takes the epoch, and the other is told that it is under way', () => {
    const seen = LEDGERS['serving in the primary'];
    const [ada, grace] = [failover(seen, 'ada'), failover(seen, 'grace')];

    const first = written(seen, ada);
    const second = written(first, grace);

    expect(second).toBe(first);
    expect(second).toMatchObject({ epoch: 2, cause: 'failover by ada' });
    expect(outlineOf(failover(second, 'grace'))).toEqual([
      'under-way',
      'draining in epoch 2: The holder took the epoch and waits until no earlier writer can still write. ' +
        'Reads and strongly consistent writes are served.',
    ]);
  });

  it('both fail back: one of them starts it, and the other is told that it is under way', () => {
    const seen = LEDGERS['serving in the standby'];
    const [ada, grace] = [failback(seen, 'ada'), failback(seen, 'grace')];

    const first = written(seen, ada);
    const second = written(first, grace);

    expect(second).toBe(first);
    expect(second.cause).toBe('failback by ada');
    expect(outlineOf(failback(second, 'grace'))).toEqual([
      'under-way',
      'evacuation-checking in epoch 2: The region that is to serve and the lag are being checked before an evacuation.',
    ]);
  });

  it('both try a stuck switchover again: it is begun anew once', () => {
    const seen = LEDGERS['switchover-stuck'];

    const first = written(seen, failback(seen, 'ada'));
    const second = written(first, failback(seen, 'grace'));

    expect(second).toBe(first);
    expect(failback(second, 'grace').kind).toBe('under-way');
  });

  it('both approve: each approval is good, and the last one counts', () => {
    const seen = LEDGERS['awaiting-approval'];

    const first = written(seen, approve(seen, 2, 'ada'));
    const refused = written(first, approve(seen, 2, 'grace'));
    const again = written(first, approve(first, 2, 'grace'));

    expect(refused).toBe(first);
    expect(first.approval?.by).toBe('ada');
    expect(again).toMatchObject({ version: 12, step: 'awaiting-approval', approval: { epoch: 2, by: 'grace' } });
  });

  it('one fails over and the other fails back from a stuck switchover: whoever is second meets what the first did', () => {
    const seen = LEDGERS['switchover-stuck'];

    const afterFailover = written(seen, failover(seen, 'ada'));
    const afterFailback = written(seen, failback(seen, 'grace'));

    expect(written(afterFailover, failback(seen, 'grace'))).toBe(afterFailover);
    expect(failback(afterFailover, 'grace').kind).toBe('refused');
    expect(outlineOf(failover(afterFailback, 'ada'))).toEqual(['write', 'draining']);
  });

  it('one takes a new epoch while the other approves the one before: the approval is refused', () => {
    const seen = LEDGERS['promotion-stuck'];

    const third = written(seen, failover(seen, 'ada'));

    expect(approve(third, 2, 'grace')).toEqual({
      kind: 'refused',
      reason:
        'approve: step is draining of epoch 3, held by us-west-2, expected epoch 2, the one that was shown. ' +
        'Wait; it ends by itself.',
    });
  });

  it('one approves what the other has failed back from: the approval is refused', () => {
    const seen = LEDGERS['awaiting-approval'];

    const goingBack = written(seen, failback(seen, 'ada'));

    expect(written(goingBack, approve(seen, 2, 'grace'))).toBe(goingBack);
    expect(approve(goingBack, 2, 'grace').kind).toBe('refused');
  });
});

describe('any command on any ledger', () => {
  const COMMANDS = { failover, failback, approve };
  const anyCommand = fc.constantFrom(...(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]));
  const check = (property: (record: ControlRecord, next: ControlRecord, command: keyof typeof COMMANDS) => void) =>
    fc.assert(
      fc.property(anyRecord, anyCommand, (record, command) => {
        const outcome = COMMANDS[command](record);
        if (outcome.kind === 'write') property(record, outcome.write.next, command);
      }),
      { numRuns: 1_000 },
    );

  it('writes on condition of the version that was read', () => {
    fc.assert(
      fc.property(anyRecord, anyCommand, (record, command) => {
        const outcome = COMMANDS[command](record);

        if (outcome.kind === 'write') expect(outcome.write.expected).toEqual(readFrom(record));
      }),
    );
  });

  it('writes the next version', () => {
    check((record, next) => expect(next.version - record.version).toBe(1));
  });

  it('lets the epoch rise by one with a failover, and stay with every other', () => {
    check((record, next, command) => expect(next.epoch - record.epoch).toBe(command === 'failover' ? 1 : 0));
  });

  it('opens no writes', () => {
    check((record, next) => {
      if (record.sqlWrites === 'closed') expect(next.sqlWrites).toBe('closed');
    });
  });

  it('states no intent to promote', () => {
    check((record, next) => expect(next.promotionEpoch).toBe(record.promotionEpoch));
  });

  it('leaves the ledger that it read as it was', () => {
    fc.assert(
      fc.property(anyRecord, anyCommand, (record, command) => {
        const before = structuredClone(record);

        COMMANDS[command](record);

        expect(record).toEqual(before);
      }),
    );
  });
});
