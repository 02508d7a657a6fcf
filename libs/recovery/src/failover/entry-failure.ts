import { amendRecord, enterStep } from '../fencing/conditional-write';
import type { RecoverySettings } from '../recovery-settings';
import type { Effect, Notice } from './effect';
import { isLimitReached, movesWith } from './lossless-moves';
import type { Situation } from './situation';
import { notifyOnce, roundsOf, write } from './step-effects';

/**
 * How long an entry fails before its region is evacuated, ms. DNS has moved clients after a minute, and what most failures
 * need is there by then, a restarted task or a rolled-back deployment. SQL waits all the while, so that it is no longer.
 */
export const EVACUATED_AFTER_MS = 180_000;
/** How long the other region must have been healthy, ms: what was deployed to both fails in both. */
export const HEALTHY_FOR_MS = 600_000;
/** An unhealthy region is noted no more often than this, ms. */
const NOTED_EVERY_MS = 60_000;

/**
 * For a region that finds itself healthy while its entry serves nobody: people are notified, and it is evacuated, which
 * loses nothing, once that has lasted, the other region was healthy for long, and checkers in other places agree, since
 * name servers answer the other region.
 *
 * @returns null where nothing is to be done, or nothing more
 */
export function decideOnEntry(situation: Situation, settings: RecoverySettings): Effect | null {
  const { record, region, successorUnhealthyRounds, wallClockMs } = situation;
  const { entryFailure, holder } = record;
  if (region === null || region === holder) return null;
  const { entryFailed, good } = roundsOf(situation, holder, settings);
  const enough = settings.detection.failureThreshold;
  if (successorUnhealthyRounds >= enough && isOld(record.otherUnhealthyAtMs, NOTED_EVERY_MS, wallClockMs)) {
    return write(amendRecord(record, { otherUnhealthyAtMs: wallClockMs }), `${region} is not healthy`);
  }
  if (entryFailure !== null && good >= enough) {
    return write(amendRecord(record, { entryFailure: null }), `the entry of ${holder} serves again`);
  }
  if (entryFailed < enough) return null;
  if (entryFailure === null) {
    const noted = { sinceMs: wallClockMs, announced: false };
    return write(amendRecord(record, { entryFailure: noted }), `the entry of ${holder} serves nobody`);
  }
  if (!entryFailure.announced) {
    const notice = noticeOfEntry(situation, region, settings);
    const send = notifyOnce(situation, notice);
    if (send) return send;
    if (situation.notice?.delivered === true) {
      return write(
        amendRecord(record, { entryFailure: { ...entryFailure, announced: true } }),
        'a person was notified',
      );
    }
  }
  return mayEvacuate(situation, region, settings) ? evacuates(situation, region, settings) : null;
}

function evacuates({ record, wallClockMs }: Situation, region: string, { mode }: RecoverySettings): Effect {
  const cause = `the entry of ${record.holder} serves nobody, and ${region} does; mode ${mode}`;
  const checking = enterStep(record, 'evacuation-checking', wallClockMs, {
    begunBy: 'controller',
    approval: null,
    losslessMoves: movesWith('evacuation', record, wallClockMs),
    cause,
  });
  return write(checking, cause);
}

/** Whether a controller may evacuate the region with the failing entry now. */
function mayEvacuate(situation: Situation, region: string, { mode }: RecoverySettings): boolean {
  const { answeredRegion, record, successorHealthy, wallClockMs } = situation;
  return (
    mode !== 'observe' &&
    successorHealthy &&
    isOld(record.otherUnhealthyAtMs, HEALTHY_FOR_MS, wallClockMs) &&
    !isLimitReached('evacuation', record, wallClockMs) &&
    isOld(record.entryFailure?.sinceMs ?? wallClockMs, EVACUATED_AFTER_MS, wallClockMs) &&
    answeredRegion === region
  );
}

/** Whether a time is so long ago; a time that never was is. */
function isOld(atMs: number | null, ms: number, wallClockMs: number): boolean {
  return atMs === null || wallClockMs - atMs >= ms;
}

function noticeOfEntry(situation: Situation, region: string, settings: RecoverySettings): Notice {
  const { record, successorHealthy } = situation;
  const { epoch, holder } = record;
  const next =
    settings.mode === 'observe'
      ? 'In mode observe nothing is done. Run evacuate, which loses nothing.'
      : successorHealthy
        ? `It is evacuated to ${region} by itself, without loss, where this lasts for three minutes and ${region} was healthy for ten. Run evacuate if it is not.`
        : `${region} is not healthy either, so that nothing is moved. Repair either entry; where a deployment broke both, roll it back.`;
  return {
    id: `${epoch}:entry-failed:${record.entryFailure?.sinceMs ?? 0}`,
    subject: `epoch ${epoch}, ${holder}: entry fails`,
    text: `${holder} is healthy by its own check, and its entry serves nobody: SQL writes wait. ${next}`,
  };
}
