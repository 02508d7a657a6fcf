import { SETTINGS } from './detection-settings-for-test';
import { type DetectionState, NOTHING_OBSERVED, observeRound, windowRatio } from './detection-state';
import type { RoundAssessment, ProbeRound } from './probe-round';

/** Grades by the first letter of the only probe's name, so that a history is a word. */
const GRADES: Readonly<Record<string, RoundAssessment>> = {
  g: { grade: 'good', shape: 'none' },
  d: { grade: 'degraded', shape: 'latency' },
  b: { grade: 'bad', shape: 'black-hole' },
  v: { grade: 'void', shape: 'none' },
  u: { grade: 'unknown', shape: 'none' },
};

const gradeByLetter = ({ deep }: ProbeRound): RoundAssessment => {
  const graded = GRADES[deep[0]?.via ?? ''];
  if (!graded) throw new Error('no such letter');
  return graded;
};

function round(letter: string, sequence: number, observedAtMs: number, observer = 'controller-1'): ProbeRound {
  const deep = [{ via: letter, outcome: 'answered', latencyMs: 1 }] as const;
  return { observer, sequence, observedAtMs, shallow: [], deep, control: [] };
}

const observe = (state: DetectionState, next: ProbeRound, settings = SETTINGS) =>
  observeRound(state, next, settings, gradeByLetter);

/** The state after rounds 5 s apart, the first with sequence 1 at 100,000 ms. */
function history(letters: string, settings = SETTINGS): DetectionState {
  return [...letters].reduce(
    (state, letter, index) => observe(state, round(letter, index + 1, 100_000 + index * 5_000), settings),
    NOTHING_OBSERVED,
  );
}

describe('observeRound', () => {
  it('learns everything from the first round of an observer', () => {
    expect(history('b')).toEqual({
      observer: 'controller-1',
      lastSequence: 1,
      lastObservedAtMs: 100_000,
      lastGrade: 'bad',
      lastShape: 'black-hole',
      status: 'unknown',
      consecutiveBad: 1,
      consecutiveGood: 0,
      consecutiveEntryFailures: 0,
      badSinceMs: 100_000,
      window: [{ atMs: 100_000, grade: 'bad' }],
      flipsAtMs: [],
    });
  });

  it('grades by the probes when no other grading is given', () => {
    const answered = { via: 'public', outcome: 'answered', latencyMs: 40 } as const;
    const probed = { ...round('public', 1, 100_000), deep: [answered], control: [answered] };

    expect(observeRound(NOTHING_OBSERVED, probed, SETTINGS).lastGrade).toBe('good');
  });

  describe('runs of bad rounds', () => {
    it.each([
      ['bb', 'unknown'],
      ['bbb', 'failed'],
      ['gggggbb', 'healthy'],
      ['gggggbbb', 'failed'],
    ])('%s: %s', (letters, status) => {
      expect(history(letters).status).toBe(status);
    });

    it.each(['g', 'd', 'v'])('%s in between begins the run anew', (letter) => {
      const state = history(`bb${letter}bb`);

      expect(state.status).toBe('unknown');
      expect(state.consecutiveBad).toBe(2);
      expect(state.badSinceMs).toBe(115_000);
    });

    it('keeps the begin of the run that goes on', () => {
      expect(history('gbbbb').badSinceMs).toBe(105_000);
    });

    it('knows of no run once a round was not bad', () => {
      expect(history('bbbg').badSinceMs).toBeNull();
    });
  });

  describe('the window', () => {
    it('fails at the ratio without a run, on a bad round', () => {
      const state = history('gbgbgb');

      expect(state.status).toBe('failed');
      expect(state.consecutiveBad).toBe(1);
    });

    it('does not fail on a round that is not bad, whatever the ratio', () => {
      expect(history('bgbgbg').status).toBe('unknown');
      expect(history('bgbgbgb').status).toBe('failed');
    });

    it('does not fail below the ratio', () => {
      expect(history('gggbgbb').status).toBe('unknown');
    });

    it('does not fail with too few rounds to mean anything', () => {
      expect(history('bgbgb').status).toBe('unknown');
    });

    it('leaves out rounds as old as the window is long', () => {
      const state = history('bgggggggggggg');

      expect(state.window).toHaveLength(12);
      expect(state.window[0]).toEqual({ atMs: 105_000, grade: 'good' });
    });

    it('does not count bad rounds that have left it', () => {
      const settings = { ...SETTINGS, windowFailureRatio: 0.25 };

      expect(history('bbgbb' + 'gggggggggggg' + 'b', settings).status).toBe('healthy');
    });

    it('leaves out void rounds', () => {
      expect(history('bvgvd').window).toEqual([
        { atMs: 100_000, grade: 'bad' },
        { atMs: 110_000, grade: 'good' },
        { atMs: 120_000, grade: 'degraded' },
      ]);
    });
  });

  describe('hysteresis', () => {
    it.each([
      ['gggg', 'unknown'],
      ['ggggg', 'healthy'],
    ])('%s from nothing: %s', (letters, status) => {
      expect(history(letters).status).toBe(status);
    });

    it('ends a failure only when the window is clear enough, however long the run of good rounds', () => {
      expect(history('bbb' + 'ggggggggg')).toMatchObject({ status: 'failed', consecutiveGood: 9 });
      expect(history('bbb' + 'gggggggggg')).toMatchObject({ status: 'healthy', consecutiveGood: 10 });
    });

    it('ends a failure at the ratio of recovery', () => {
      const settings = { ...SETTINGS, recoveryRatio: 0.25 };

      expect(history('bbb' + 'gggggggg', settings).status).toBe('failed');
      expect(history('bbb' + 'ggggggggg', settings).status).toBe('healthy');
    });

    it('ends a failure only with a run of good rounds, however clear the window', () => {
      expect(history('bbb' + 'dddddddddddd' + 'gggg').status).toBe('failed');
      expect(history('bbb' + 'dddddddddddd' + 'ggggg').status).toBe('healthy');
    });

    it.each(['d', 'v'])('%s begins the run of good rounds anew', (letter) => {
      expect(history(`gggg${letter}g`)).toMatchObject({ status: 'unknown', consecutiveGood: 1 });
    });

    it('keeps a failure through degraded rounds', () => {
      expect(history('bbbdddd').status).toBe('failed');
    });
  });

  describe('changes of the status', () => {
    const nervous = {
      ...SETTINGS,
      failureThreshold: 2,
      recoveryThreshold: 2,
      windowFailureRatio: 1,
      recoveryRatio: 0.9,
    };

    it('remembers when it changed between healthy and failed', () => {
      expect(history('ggbbggbb', nervous).flipsAtMs).toEqual([115_000, 125_000, 135_000]);
    });

    it('does not take the first verdict for a change', () => {
      expect(history('bbb').flipsAtMs).toEqual([]);
      expect(history('ggggg').flipsAtMs).toEqual([]);
    });

    it('forgets changes as old as the window is long', () => {
      expect(history('ggbb' + 'bbbbbbbbbbb', nervous).flipsAtMs).toEqual([115_000]);
      expect(history('ggbb' + 'bbbbbbbbbbbb', nervous).flipsAtMs).toEqual([]);
    });
  });

  describe('rounds of an unknown outcome', () => {
    it('never fail, however many they are', () => {
      expect(history('uuuuuuuuuuuuuuu')).toMatchObject({ status: 'unknown', consecutiveBad: 0, window: [] });
    });

    it.each([
      ['bb', { consecutiveBad: 2, consecutiveGood: 0, badSinceMs: 100_000 }],
      ['gg', { consecutiveBad: 0, consecutiveGood: 2, badSinceMs: null }],
    ])('neither lengthen nor break a run: %s', (letters, run) => {
      expect(history(`${letters}uuu`)).toMatchObject({ ...run, status: 'unknown', lastGrade: 'unknown' });
    });

    it.each([
      ['bbub', 'failed'],
      ['bub', 'unknown'],
      ['gggguuug', 'healthy'],
      ['gguuug', 'unknown'],
    ])('count for nothing in %s: %s', (letters, status) => {
      expect(history(letters).status).toBe(status);
    });

    it('keep what was seen from growing too old', () => {
      const state = history('bb' + 'u'.repeat(20) + 'b');

      expect(state).toMatchObject({ status: 'failed', consecutiveBad: 3 });
    });
  });

  describe('isolation', () => {
    it('never fails on rounds that say nothing of the primary', () => {
      expect(history('vvvvvvvvvvvvvvv')).toMatchObject({
        lastGrade: 'void',
        status: 'unknown',
        consecutiveBad: 0,
        window: [],
      });
    });

    it('does not let void rounds complete a run or a window', () => {
      expect(history('bbvvvvvvb').status).toBe('unknown');
    });

    it('does not end a run of bad rounds as if it had been good', () => {
      expect(history('bbbv')).toMatchObject({ status: 'failed', consecutiveBad: 0, badSinceMs: null });
    });
  });

  describe('rounds out of order', () => {
    it.each([
      ['a duplicate', 2],
      ['a late round', 1],
    ])('changes nothing on %s', (_what, sequence) => {
      const before = history('bb');

      expect(observe(before, round('b', sequence, 110_000))).toBe(before);
    });

    it('goes on when sequence numbers are left out', () => {
      expect(observe(history('bb'), round('b', 9, 110_000)).status).toBe('failed');
    });
  });

  describe('evidence that cannot be put together', () => {
    it('goes on after the longest silence', () => {
      expect(observe(history('bb'), round('b', 3, 125_000))).toMatchObject({ status: 'failed', consecutiveBad: 3 });
    });

    it('begins anew after a longer silence', () => {
      expect(observe(history('bb'), round('b', 3, 125_001))).toMatchObject({
        status: 'unknown',
        consecutiveBad: 1,
        badSinceMs: 125_001,
        window: [{ atMs: 125_001, grade: 'bad' }],
      });
    });

    it('forgets a failure over a longer silence', () => {
      expect(observe(history('bbb'), round('g', 4, 130_001))).toMatchObject({ status: 'unknown', flipsAtMs: [] });
    });

    it('begins anew with another observer, whose sequence and clock are its own', () => {
      expect(observe(history('bb'), round('b', 1, 105_000, 'controller-2'))).toMatchObject({
        observer: 'controller-2',
        lastSequence: 1,
        status: 'unknown',
        consecutiveBad: 1,
        window: [{ atMs: 105_000, grade: 'bad' }],
      });
    });

    it('begins anew when the clock went backwards', () => {
      expect(observe(history('bb'), round('b', 3, 104_999))).toMatchObject({
        lastObservedAtMs: 104_999,
        status: 'unknown',
        consecutiveBad: 1,
      });
    });

    it('goes on when the clock stood still', () => {
      expect(observe(history('bb'), round('b', 3, 105_000)).status).toBe('failed');
    });
  });
});

describe('windowRatio', () => {
  it.each([
    ['bad', 0.5],
    ['degraded', 0.25],
    ['good', 0.25],
  ] as const)('is the share of the %s rounds: %s', (grade, ratio) => {
    const { window } = history('bdbgbdbg');

    expect(windowRatio(window, grade, SETTINGS)).toBe(ratio);
  });

  it('is 0 while there are too few rounds to mean anything', () => {
    expect(windowRatio(history('ddddd').window, 'degraded', SETTINGS)).toBe(0);
    expect(windowRatio(history('dddddd').window, 'degraded', SETTINGS)).toBe(1);
  });
});
