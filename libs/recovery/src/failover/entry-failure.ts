import { amendRecord } from '../fencing/conditional-write';
import type { RecoverySettings } from '../recovery-settings';
import { evacuatedByItself, evacuateByItself, LEFT_IN_OBSERVE } from './automatic-evacuation';
import type { Effect, Notice } from './effect';
import type { Situation } from './situation';
import { notifyOnce, roundsOf, write } from './step-effects';

/**
 * For a region that finds itself healthy while its entry serves nobody: people are notified, and it is evacuated, which
 * loses nothing, once that has lasted, the other region was healthy for long, and checkers in other places agree, since
 * name servers answer the other region.
 *
 * @returns null where nothing is to be done, or nothing more
 */
export function decideOnEntry(situation: Situation, settings: RecoverySettings): Effect | null {
  const { answeredRegion, record, region, wallClockMs } = situation;
  const { entryFailure, holder } = record;
  if (region === null || region === holder) return null;
  const { entryFailed, good } = roundsOf(situation, holder, settings);
  const enough = settings.detection.failureThreshold;
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
  return answeredRegion === region
    ? evacuateByItself(
        situation,
        settings,
        entryFailure.sinceMs,
        `the entry of ${holder} serves nobody, and ${region} does`,
      )
    : null;
}

function noticeOfEntry(situation: Situation, region: string, settings: RecoverySettings): Notice {
  const { record, successorHealthy } = situation;
  const { epoch, holder } = record;
  const next =
    settings.mode === 'observe'
      ? LEFT_IN_OBSERVE
      : successorHealthy
        ? evacuatedByItself(region)
        : `${region} is not healthy either, so that nothing is moved. Repair either entry; where a deployment broke both, roll it back.`;
  return {
    id: `${epoch}:entry-failed:${record.entryFailure?.sinceMs ?? 0}`,
    subject: `epoch ${epoch}, ${holder}: entry fails`,
    text: `${holder} is healthy by its own check, and its entry serves nobody: SQL writes wait. ${next}`,
  };
}
