import type { Fault } from '@dr/aws-sandbox';
import { initialControlRecord } from '@dr/recovery';
import { ROWS } from '@dr/recovery-world';
import { canHappen, LiveWorld } from './live-world';

const said: string[] = [];
const typed: string[] = [];
let set: readonly Fault[] = [];
let record = initialControlRecord('us-east-1', 0);
let world: LiveWorld;

beforeEach(() => {
  said.length = 0;
  typed.length = 0;
  set = [];
  record = initialControlRecord('us-east-1', 0);
  world = new LiveWorld({
    sandbox: { replaceFaults: async (...faults) => void (set = faults) },
    prefix: 'dr-local',
    zonesOf: (region) => [`${region}a`, `${region}b`],
    record: async () => record,
    deleteLedger: async () => void typed.push('delete'),
    operator: async (command) => void typed.push(command),
    say: (text) => void said.push(text),
  });
});

const happen = async (...events: readonly string[]) => {
  for (const event of events) await world.happen(event);
};

describe('an event of the matrix, on what is deployed', () => {
  it('is a fault that keeps its own begin until it ends, whatever else begins and ends', async () => {
    await happen('us-east-1 goes dark');
    const [dark] = set;
    await happen('us-east-1 and us-west-2 are cut off from each other', 'writer of us-west-2 breaks');
    expect(set).toEqual([
      dark,
      { kind: 'cut', regions: ['us-east-1', 'us-west-2'], sinceMs: expect.any(Number) },
      { kind: 'writer', region: 'us-west-2', sinceMs: expect.any(Number) },
    ]);

    await happen('us-east-1 and us-west-2 are in touch again', 'writer of us-west-2 is repaired');
    expect(set).toEqual([dark]);
    expect(dark).toEqual({ kind: 'dark', region: 'us-east-1', sinceMs: expect.any(Number) });

    await happen('us-east-1 is back');
    expect(set).toEqual([]);
    expect(said).toHaveLength(6);
  });

  it.each([
    ['schedule of us-east-1 breaks', [{ kind: 'schedule', region: 'us-east-1' }]],
    ['health function of us-east-1 breaks', [{ kind: 'function', region: 'us-east-1', name: 'dr-local-region-check' }]],
    ['canary of us-east-1 breaks', [{ kind: 'function', region: 'us-east-1', name: 'dr-local-write-canary' }]],
    [
      'entry of us-east-1 breaks',
      ['a', 'b'].map((zone) => ({ kind: 'zone', zone: `us-east-1${zone}`, manner: 'silent' })),
    ],
    [
      'table path of us-east-1 breaks',
      [
        {
          ...{ kind: 'failing', code: 'InternalServerError', status: 500 },
          ...{ service: 'dynamodb', region: 'us-east-1', from: 'us-east-1' },
        },
      ],
    ],
    ['replication stalls', [{ kind: 'lag', lagMs: 3_600_000 }]],
  ])('of a part: %s', async (event, faults) => {
    await happen(event);

    expect(set).toEqual(faults);
  });

  it('is a wait for a step of the ledger, a command or a deletion', async () => {
    setTimeout(() => (record = { ...record, step: 'draining' }), 300);
    await happen('time passes until the step is draining', 'the operator runs failover --to=us-west-2');
    await happen("somebody deletes the ledger's item");
    await world.commandsEnded();

    expect(typed).toEqual(['failover --to=us-west-2', 'delete']);
  });

  it('is a wait for a step that was over between two looks, in the same epoch', async () => {
    const waits = (step: string) => happen(`time passes until the step is ${step}`);
    setTimeout(() => (record = { ...record, epoch: 2, step: 'draining' }), 50);
    await waits('draining');
    record = { ...record, step: 'serving' };
    await waits('proving');

    // What serves already is past no step of a takeover that has not begun.
    let isOver = false;
    const next = waits('draining').then(() => (isOver = true));
    await new Promise((done) => setTimeout(done, 300));
    expect(isOver).toBe(false);
    record = { ...record, epoch: 3, step: 'draining' };
    await next;
  });

  it.each(['probes of us-east-1 breaks', 'us-east-1 is slow', 'clients must be served', 'soon'])(
    'that the sandbox cannot bring about is refused: %s',
    async (event) => {
      expect(canHappen(event)).toBe(false);
      await expect(world.happen(event)).rejects.toThrow('does not happen to what is deployed');
    },
  );

  it('can happen in half of the rows at least', () => {
    const playable = ROWS.filter(({ happenings }) => happenings.every(canHappen));

    expect(playable.length).toBeGreaterThan(ROWS.length / 2);
  });
});
