import fc from 'fast-check';
import type { RegionAssessment } from './assess-region';
import { assessByHeartbeat, type Heartbeat, type HeartbeatWatch, watchHeartbeat } from './heartbeat';

const NOON = 1_780_315_200_000;
const BEAT: Heartbeat = {
  ...{ id: 'run-1 7', epoch: 3, version: 12, healthy: true },
  ...{ atMs: NOON, canaryAtMs: NOON - 300, nextWithinMs: 9_000 },
};
const WATCH: HeartbeatWatch = { beat: BEAT, seenAtMs: 500_000 };
const FAILED: RegionAssessment = { kind: 'failed', shape: 'black-hole', reason: '3 bad rounds in a row (black-hole)' };
const now = (ms: number, wallMs = ms) => ({ monotonicMs: 500_000 + ms, wallClockMs: NOON + wallMs });

describe('watchHeartbeat', () => {
  it('notes when a beat was first read', () => {
    expect(watchHeartbeat(null, BEAT, 500_000)).toEqual(WATCH);
  });

  it('lets the same one grow old', () => {
    expect(watchHeartbeat(WATCH, { ...BEAT }, 505_000)).toBe(WATCH);
  });

  it('lets the one before grow old where none could be read', () => {
    expect(watchHeartbeat(WATCH, null, 505_000)).toBe(WATCH);
  });

  it('goes on with the next one', () => {
    const next = { ...BEAT, id: 'run-1 8' };

    expect(watchHeartbeat(WATCH, next, 505_000)).toEqual({ beat: next, seenAtMs: 505_000 });
  });
});

describe('assessByHeartbeat', () => {
  it('says of a region that failed and whose heart beats that it is cut off', () => {
    expect(assessByHeartbeat(FAILED, WATCH, 3, now(8_999))).toEqual({
      kind: 'cut-off',
      shape: 'black-hole',
      reason: '3 bad rounds in a row (black-hole), and its heartbeat says that it is healthy',
    });
  });

  it.each<[name: string, watch: HeartbeatWatch | null, epoch: number, at: ReturnType<typeof now>]>([
    ['has left no beat', null, 3, now(0)],
    ['is silent for as long as a beat is good for', WATCH, 3, now(9_000)],
    ['is silent by the wall clock, as whoever has just begun sees it', WATCH, 3, now(0, 9_000)],
    ['is silent by the monotonic clock, whatever wall clocks show', WATCH, 3, now(9_000, -3_600_000)],
    ['says that it is not healthy', { ...WATCH, beat: { ...BEAT, healthy: false } }, 3, now(0)],
    ['speaks of another epoch', WATCH, 4, now(0)],
  ])('leaves a region failed that %s', (_name, watch, epoch, at) => {
    expect(assessByHeartbeat(FAILED, watch, epoch, at)).toBe(FAILED);
  });

  it('changes no other assessment', () => {
    const kinds = ['degraded', 'healthy', 'isolated', 'uncertain'] as const;

    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.integer({ min: 0, max: 20_000 }), (kind, ms) => {
        const assessment: RegionAssessment = { kind, shape: 'none', reason: 'some' };

        expect(assessByHeartbeat(assessment, WATCH, 3, now(ms))).toBe(assessment);
      }),
    );
  });
});
