import { SETTINGS } from './detection-settings-for-test';
import { assessRegion, roundsInARow } from './assess-region';
import { NOTHING_OBSERVED, observeRound } from './detection-state';
import type { Probe, ProbeRound } from './probe-round';

const probe = (via: string, outcome: Probe['outcome'], latencyMs: number): Probe => ({ via, outcome, latencyMs });

type Probes = Pick<ProbeRound, 'shallow' | 'deep' | 'control'>;

const REACHED = [probe('witness', 'answered', 30)];
const CUT_OFF = [probe('witness', 'silent', 2_000)];

const GOOD: Probes = {
  shallow: [probe('us-east-1a', 'answered', 20)],
  deep: [probe('us-east-1a', 'answered', 40), probe('us-east-1b', 'answered', 40)],
  control: REACHED,
};
const BLACK_HOLE: Probes = {
  shallow: [probe('us-east-1a', 'silent', 2_000)],
  deep: [probe('us-east-1a', 'silent', 2_000), probe('us-east-1b', 'silent', 2_000)],
  control: REACHED,
};
const FAST_ERROR: Probes = {
  shallow: [probe('us-east-1a', 'failed', 2)],
  deep: [probe('us-east-1a', 'failed', 2), probe('us-east-1b', 'failed', 2)],
  control: REACHED,
};
const DEEP_FAILURE: Probes = { ...BLACK_HOLE, shallow: [probe('us-east-1a', 'answered', 20)] };
const ONE_ZONE: Probes = {
  ...GOOD,
  deep: [probe('us-east-1a', 'silent', 2_000), probe('us-east-1b', 'answered', 40)],
};
const SLOW: Probes = {
  ...GOOD,
  deep: [probe('us-east-1a', 'answered', 1_800), probe('us-east-1b', 'answered', 1_900)],
};
const NO_ENTRY: Probes = { ...GOOD, shallow: [probe('us-east-1a', 'failed', 5)] };
const THROTTLED: Probes = { ...GOOD, deep: [probe('us-east-1a', 'unknown', 5), probe('us-east-1b', 'unknown', 5)] };
const ISOLATED: Probes = { ...BLACK_HOLE, control: CUT_OFF };

const times = (count: number, probes: Probes): Probes[] => Array.from({ length: count }, () => probes);

/** State of one observer after rounds 5 s apart, the last of them at 500,000 ms. */
function observed(rounds: readonly Probes[], settings = SETTINGS) {
  return rounds.reduce((state, probes, index) => {
    const observedAtMs = 500_000 - (rounds.length - 1 - index) * 5_000;
    return observeRound(state, { observer: 'controller-1', sequence: index, observedAtMs, ...probes }, settings);
  }, NOTHING_OBSERVED);
}

const assessmentOf = (rounds: readonly Probes[], settings = SETTINGS, monotonicMs = 500_000) =>
  assessRegion(observed(rounds, settings), monotonicMs, settings);

describe('assessRegion', () => {
  it('knows nothing before the first round', () => {
    expect(assessmentOf([])).toEqual({ kind: 'uncertain', shape: 'none', reason: 'nothing was observed yet' });
  });

  describe('a primary whose check is throttled', () => {
    const uncertain = { kind: 'uncertain', shape: 'none', reason: 'the outcome of the last probes is unknown' };

    it.each([
      ['from the begin', []],
      ['while it was healthy', times(8, GOOD)],
      ['after it failed', times(3, BLACK_HOLE)],
    ])('is uncertain %s, and nothing rests on the rounds before', (_when, before) => {
      const state = observed([...before, THROTTLED]);

      expect(assessRegion(state, 500_000, SETTINGS)).toEqual(uncertain);
      expect(roundsInARow(state, 500_000, SETTINGS)).toEqual({ good: 0, bad: 0, entryFailed: 0 });
    });

    it('has failed once the next round is bad again', () => {
      expect(assessmentOf([...times(3, BLACK_HOLE), THROTTLED, BLACK_HOLE]).kind).toBe('failed');
    });
  });

  describe('a primary that is gone', () => {
    it.each([
      ['black-hole', BLACK_HOLE],
      ['fast-error', FAST_ERROR],
      ['deep-failure', DEEP_FAILURE],
    ] as const)('failed after as many bad rounds as the threshold: %s', (shape, probes) => {
      expect(assessmentOf(times(3, probes))).toEqual({
        kind: 'failed',
        shape,
        reason: `3 bad rounds in a row (${shape})`,
      });
    });

    it('is uncertain one round before the threshold', () => {
      expect(assessmentOf(times(2, BLACK_HOLE))).toEqual({
        kind: 'uncertain',
        shape: 'none',
        reason: '2 bad and 0 good rounds in a row',
      });
    });

    it('failed without a run of bad rounds when half of the window was bad', () => {
      expect(assessmentOf([GOOD, BLACK_HOLE, GOOD, BLACK_HOLE, GOOD, BLACK_HOLE])).toEqual({
        kind: 'failed',
        shape: 'black-hole',
        reason: '50 % of the rounds were bad (black-hole)',
      });
    });

    it('bears the shape of the last round', () => {
      expect(assessmentOf([BLACK_HOLE, BLACK_HOLE, FAST_ERROR])).toEqual({
        kind: 'failed',
        shape: 'fast-error',
        reason: '3 bad rounds in a row (fast-error)',
      });
    });
  });

  describe('a grey failure', () => {
    it.each([
      ['some-zones', ONE_ZONE],
      ['latency', SLOW],
      ['entry-failure', NO_ENTRY],
    ] as const)('is degraded and never failed, however long it lasts: %s', (shape, probes) => {
      expect(assessmentOf(times(6, probes))).toEqual({
        kind: 'degraded',
        shape,
        reason: `100 % of the rounds were degraded (${shape})`,
      });
      expect(assessmentOf(times(200, probes)).kind).toBe('degraded');
    });

    it('is degraded from the ratio on', () => {
      expect(assessmentOf([GOOD, SLOW, GOOD, SLOW, GOOD, SLOW])).toEqual({
        kind: 'degraded',
        shape: 'latency',
        reason: '50 % of the rounds were degraded (latency)',
      });
    });

    it('says so when the last round was good', () => {
      expect(assessmentOf([SLOW, SLOW, SLOW, GOOD, GOOD, GOOD])).toEqual({
        kind: 'degraded',
        shape: 'none',
        reason: '50 % of the rounds were degraded (the last one good)',
      });
    });

    it('is uncertain while there are too few rounds', () => {
      expect(assessmentOf(times(5, ONE_ZONE)).kind).toBe('uncertain');
    });

    it('outweighs an earlier healthy verdict', () => {
      expect(assessmentOf([...times(6, GOOD), ...times(6, ONE_ZONE)])).toEqual({
        kind: 'degraded',
        shape: 'some-zones',
        reason: '50 % of the rounds were degraded (some-zones)',
      });
    });

    it('is a failure when no deep probe is answered, though shallow ones are', () => {
      expect(assessmentOf([...times(6, GOOD), ...times(3, DEEP_FAILURE)]).kind).toBe('failed');
    });
  });

  describe('a healthy primary', () => {
    it('needs the run of good rounds', () => {
      expect(assessmentOf(times(4, GOOD))).toEqual({
        kind: 'uncertain',
        shape: 'none',
        reason: '0 bad and 4 good rounds in a row',
      });
      expect(assessmentOf(times(5, GOOD))).toEqual({
        kind: 'healthy',
        shape: 'none',
        reason: '5 good rounds in a row',
      });
    });

    it('stays healthy through one slow round', () => {
      expect(assessmentOf([...times(8, GOOD), SLOW]).kind).toBe('healthy');
    });

    it('is uncertain after one bad round', () => {
      expect(assessmentOf([...times(8, GOOD), BLACK_HOLE])).toEqual({
        kind: 'uncertain',
        shape: 'none',
        reason: '1 bad and 0 good rounds in a row',
      });
    });
  });

  describe('hysteresis', () => {
    it('is recovering, not failed, from the first good round on', () => {
      expect(assessmentOf([...times(3, BLACK_HOLE), GOOD])).toEqual({
        kind: 'degraded',
        shape: 'recovering',
        reason: '1 of 5 good rounds',
      });
    });

    it('is recovering, not failed, on a degraded round', () => {
      expect(assessmentOf([...times(3, BLACK_HOLE), SLOW])).toEqual({
        kind: 'degraded',
        shape: 'recovering',
        reason: '0 of 5 good rounds',
      });
    });

    it('is failed again with one bad round while it recovers', () => {
      expect(assessmentOf([...times(3, BLACK_HOLE), ...times(4, GOOD), BLACK_HOLE])).toEqual({
        kind: 'failed',
        shape: 'black-hole',
        reason: '50 % of the rounds were bad (black-hole)',
      });
    });

    it('is healthy once the run is complete and the window clear', () => {
      expect(assessmentOf([...times(3, BLACK_HOLE), ...times(9, GOOD)]).kind).toBe('degraded');
      expect(assessmentOf([...times(3, BLACK_HOLE), ...times(10, GOOD)])).toEqual({
        kind: 'healthy',
        shape: 'none',
        reason: '10 good rounds in a row',
      });
    });
  });

  describe('flapping', () => {
    const nervous = {
      ...SETTINGS,
      failureThreshold: 2,
      recoveryThreshold: 2,
      windowFailureRatio: 1,
      recoveryRatio: 0.9,
      flapLimit: 4,
    };
    const flapping = [
      ...times(2, GOOD),
      ...times(2, BLACK_HOLE),
      ...times(2, GOOD),
      ...times(2, BLACK_HOLE),
      ...times(2, GOOD),
    ];

    it('is degraded from the limit on', () => {
      expect(assessmentOf(flapping, nervous)).toEqual({
        kind: 'degraded',
        shape: 'flapping',
        reason: '4 changes within 60000 ms',
      });
    });

    it('is healthy below the limit', () => {
      expect(assessmentOf(flapping, { ...nervous, flapLimit: 5 })).toEqual({
        kind: 'healthy',
        shape: 'none',
        reason: '2 good rounds in a row',
      });
    });

    it('ends when the changes have left the window', () => {
      expect(assessmentOf([...flapping, ...times(12, GOOD)], nervous).kind).toBe('healthy');
    });

    it('does not hide a primary that is down', () => {
      expect(assessmentOf([...flapping, ...times(2, BLACK_HOLE)], nervous).kind).toBe('failed');
    });
  });

  describe('an observer that is cut off', () => {
    const isolated = {
      kind: 'isolated',
      shape: 'none',
      reason: 'the observer reaches nothing, not even what does not depend on the region',
    };

    it('is isolated from its first round', () => {
      expect(assessmentOf([ISOLATED])).toEqual(isolated);
    });

    it('never calls the primary failed, however long it lasts', () => {
      const kinds = Array.from({ length: 40 }, (_, index) => assessmentOf(times(index + 1, ISOLATED)).kind);

      expect(new Set(kinds)).toEqual(new Set(['isolated']));
    });

    it('never calls the primary failed, whatever it saw before', () => {
      expect(assessmentOf([...times(5, GOOD), ...times(40, ISOLATED)])).toEqual(isolated);
      expect(assessmentOf([...times(2, BLACK_HOLE), ...times(40, ISOLATED)])).toEqual(isolated);
      expect(assessmentOf([...times(3, BLACK_HOLE), ISOLATED])).toEqual(isolated);
    });

    it('needs a run of its own for a failure once it reaches something again', () => {
      expect(assessmentOf([...times(2, BLACK_HOLE), ...times(9, ISOLATED), ...times(2, BLACK_HOLE)]).kind).toBe(
        'uncertain',
      );
      expect(assessmentOf([...times(2, BLACK_HOLE), ...times(9, ISOLATED), ...times(3, BLACK_HOLE)]).kind).toBe(
        'failed',
      );
    });
  });

  describe('evidence that is too old', () => {
    it('counts for the longest silence', () => {
      expect(assessmentOf(times(3, BLACK_HOLE), SETTINGS, 520_000).kind).toBe('failed');
    });

    it('makes no failure after a longer silence', () => {
      expect(assessmentOf(times(3, BLACK_HOLE), SETTINGS, 520_001)).toEqual({
        kind: 'uncertain',
        shape: 'none',
        reason: 'the last observation is 20001 ms old',
      });
    });

    it('makes no failure when the clock went backwards', () => {
      expect(assessmentOf(times(3, BLACK_HOLE), SETTINGS, 499_999)).toEqual({
        kind: 'uncertain',
        shape: 'none',
        reason: 'the clock went backwards',
      });
    });
  });
});
