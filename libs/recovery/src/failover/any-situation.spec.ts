import fc from 'fast-check';
import type { ControlRecord, Step } from '../fencing/control-record';
import type { FailoverMode } from '../recovery-settings';
import { decideNextEffect } from './decide-next-effect';
import { databaseOf } from './detachment';
import { otherRegion } from './roles';
import type { Effect } from './effect';
import type { Situation } from './situation';
import { anySituation, MODES, NOON, SETTINGS, situationAfter } from './situation-for-test';

/** Of a ledger that is lost, and that nobody has written of yet, there is no item. */
const readFrom = ({ announced, step, version }: ControlRecord) =>
  step === 'ledger-lost' && !announced ? 'absent' : { version };

/** In every step and with everything that a process may believe of it, right or wrong. */
describe('any situation', () => {
  const anyMode = fc.constantFrom(...MODES);
  const nextOf = (effect: Effect) => (effect.kind === 'write' ? effect.write.next : null);
  const check = (property: (situation: Situation, effect: Effect, mode: FailoverMode) => void) =>
    fc.assert(
      fc.property(anySituation, anyMode, (situation, mode) =>
        property(situation, decideNextEffect(situation, { ...SETTINGS, mode }), mode),
      ),
      { numRuns: 1_000 },
    );

  it('is decided the same way twice', () => {
    check((situation, effect, mode) => {
      expect(decideNextEffect(structuredClone(situation), { ...SETTINGS, mode })).toEqual(effect);
    });
  });

  it('stays as it was', () => {
    fc.assert(
      fc.property(anySituation, anyMode, (situation, mode) => {
        const before = structuredClone(situation);

        decideNextEffect(situation, { ...SETTINGS, mode });

        expect(situation).toEqual(before);
      }),
    );
  });

  it('is written of on condition of the version that was read, as the next one', () => {
    check(({ record }, effect) => {
      if (effect.kind !== 'write') return;
      expect(effect.write.expected).toEqual(readFrom(record));
      expect(effect.write.next.version - record.version).toBe(1);
    });
  });

  it('lets the epoch never fall, and rise by one only as a region takes it or it is handed over', () => {
    const rises = [
      'guarding to serving',
      'awaiting-approval to serving',
      'evacuation-proving to serving',
      'evacuation-unproven to serving',
    ];

    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (!next) return;
      const isTaken = next.step === 'draining' && record.step !== 'draining';
      expect(next.epoch - record.epoch).toBe(isTaken || rises.includes(`${record.step} to ${next.step}`) ? 1 : 0);
    });
  });

  it('lets the holder change with the epoch only', () => {
    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (next && next.epoch === record.epoch) expect(next.holder).toBe(record.holder);
    });
  });

  it('opens closed writes only after this process proved one of the version that it read', () => {
    check(({ provedAtVersion, record }, effect) => {
      if (record.sqlWrites === 'closed' && nextOf(effect)?.sqlWrites === 'open') {
        expect(provedAtVersion).toBe(record.version);
      }
    });
  });

  it('has the epoch taken on the verdict failed only, by the region that does not hold, and is able', () => {
    check(({ record, region, successorHealthy, watched }, effect, mode) => {
      const next = nextOf(effect);
      if (next?.step !== 'draining' || next.holder === record.holder) return;
      expect([mode, watched.kind, successorHealthy, record.step, next.holder]).toEqual([
        expect.stringMatching(/^(automatic|approval)$/),
        'failed',
        true,
        expect.stringMatching(/^(serving|evacuation-.*|switchover-stuck)$/),
        region,
      ]);
    });
  });

  it('has the holder take an epoch anew only to give an evacuation up, once a switchover may have begun', () => {
    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (next?.step !== 'draining' || record.step === 'draining' || next.holder !== record.holder) return;
      expect(record.step).toMatch(/^(evacuation-(switching|proving|unproven)|switchover-stuck)$/);
      expect([next.sqlWrites, next.cause]).toEqual(['closed', expect.stringMatching(/^the evacuation was given up: /)]);
    });
  });

  it('moves the database only where its ledger says so, while nothing else changes it, within the lease', () => {
    check(({ database, record, recordReadStartedAtMs }, effect) => {
      if (effect.kind !== 'promote' && effect.kind !== 'switch-over') return;
      expect([record.step, databaseOf(record, database).status, effect]).toEqual([
        expect.stringMatching(effect.kind === 'promote' ? /^promoting$|^promotion-stuck$/ : /^evacuation-switching$/),
        'idle',
        {
          kind: effect.kind,
          target: effect.kind === 'promote' ? record.holder : otherRegion(record.holder, SETTINGS.regions),
          epoch: record.epoch,
          beginByMs: recordReadStartedAtMs + 6_000,
        },
      ]);
    });
  });

  it("has a database taken out by a person's process alone, once it is drained, and never an old copy", () => {
    check(({ closureWatch, database, monotonicMs, record, region }, effect) => {
      if (effect.kind !== 'detach') return;
      expect([record.step, region, effect.target]).toEqual(['detaching', null, record.holder]);
      expect(closureWatch?.closedAtVersion).toBe(record.closedAtVersion);
      expect(monotonicMs - (closureWatch?.seenAtMs ?? 0)).toBeGreaterThanOrEqual(11_045);
      expect(database.resyncing).not.toContain(record.holder);
      expect(database.clusters).toHaveProperty([record.holder]);
    });
  });

  it('never leads to the region that was left behind', () => {
    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (record.replication !== 'detached' || record.step !== 'serving' || next === null) return;
      expect([next.holder, next.step]).toEqual([record.holder, 'serving']);
    });
  });

  const noApproval = fc.constantFrom(
    null,
    { epoch: 2, by: 'ada', approvedAtMs: 1_780_314_000_000, expiresAtMs: NOON },
    { epoch: 2, by: 'ada', approvedAtMs: 1_780_315_203_001, expiresAtMs: 1_780_318_800_000 },
    { epoch: 1, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_318_800_000 },
    { epoch: 3, by: 'ada', approvedAtMs: NOON, expiresAtMs: 1_780_318_800_000 },
  );

  it.each<FailoverMode>(['approval', 'observe'])(
    'leads in mode %s to no intent to promote without an approval that holds',
    (mode) => {
      fc.assert(
        fc.property(anySituation, noApproval, (situation, approval) => {
          const record = { ...situation.record, epoch: 2, approval };

          const effect = decideNextEffect({ ...situation, record }, { ...SETTINGS, mode });

          expect(nextOf(effect)?.step === 'promoting' && record.step !== 'promoting').toBe(false);
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it('leads to no second intent to promote in one epoch', () => {
    check(({ record }, effect) => {
      const next = nextOf(effect);
      if (next?.step !== 'promoting' || record.step === 'promoting') return;
      expect(record.promotionEpoch).toBeLessThan(record.epoch);
      expect(next.promotionEpoch).toBe(record.epoch);
    });
  });

  it('comes to rest, or to something that takes time, and enters no step twice on the way', () => {
    check((situation, _effect, mode) => {
      const steps: Step[] = [situation.record.step];
      let now = situation;
      let effect = decideNextEffect(now, { ...SETTINGS, mode });
      for (let more = 0; more < 20 && (effect.kind === 'write' || effect.kind === 'notify'); more++) {
        now = situationAfter(effect, now);
        if (now.record.step !== steps.at(-1)) steps.push(now.record.step);
        effect = decideNextEffect(now, { ...SETTINGS, mode });
      }

      expect(effect.kind).toMatch(/^(wait|none|promote|switch-over|detach|prove-write)$/);
      expect(steps).toEqual([...new Set(steps)]);
    });
  });
});

describe('any situation of a failback', () => {
  it('leads to no switchover from a step of a failover', () => {
    fc.assert(
      fc.property(
        anySituation.filter(({ record }) => !record.step.startsWith('evacuation-')),
        (situation) => expect(decideNextEffect(situation, SETTINGS).kind).not.toBe('switch-over'),
      ),
      { numRuns: 1_000 },
    );
  });

  it('leads from a step of a failback to no promotion', () => {
    fc.assert(
      fc.property(
        anySituation.filter(({ record }) => /^(evacuation-|switchover-)/.test(record.step)),
        (situation) => {
          const effect = decideNextEffect(situation, SETTINGS);

          expect(effect.kind).not.toBe('promote');
          expect(effect.kind === 'write' && effect.write.next.step).not.toBe('promoting');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('closes writes for an evacuation to a healthy region, or one whose rounds agree with its controller, and over an idle database only', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const effect = decideNextEffect(
          { ...situation, record: { ...situation.record, step: 'evacuation-checking' } },
          SETTINGS,
        );
        if (effect.kind !== 'write' || effect.write.next.step !== 'evacuation-draining') return;

        const { database, inARow, record, watched } = situation;
        const isConfirmed = record.begunBy === 'controller' && inARow.good >= SETTINGS.detection.failureThreshold;
        expect([watched.kind === 'healthy' || isConfirmed, databaseOf(record, database).status]).toEqual([
          true,
          'idle',
        ]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not depend on the mode in a step of an evacuation, for a process that does not watch the holder', () => {
    fc.assert(
      fc.property(
        anySituation.filter(
          ({ record, region }) =>
            /^(evacuation-|switchover-)/.test(record.step) && (region === null || region === record.holder),
        ),
        (situation) => {
          const [automatic, approval, observe] = MODES.map((mode) =>
            decideNextEffect(situation, { ...SETTINGS, mode }),
          );

          expect(approval).toEqual(automatic);
          expect(observe).toEqual(automatic);
        },
      ),
    );
  });
});
