import { amendRecord } from '../fencing/conditional-write';
import type { RecoverySettings } from '../recovery-settings';
import { evacuatedByItself, evacuateByItself, LEFT_IN_OBSERVE } from './automatic-evacuation';
import { isLeftBehind } from './detachment';
import type { Effect } from './effect';
import type { Situation } from './situation';
import { assessmentOf, notifyOnce, roundsOf, stepAgeMs, write } from './step-effects';
import { rebuildHint, restoreHint } from './step-guide';

/** A failure of the holder, as the other region sees it, for which nobody takes its epoch. */
interface UntakenFailure {
  readonly name: 'entry-failed' | 'led-away' | 'cut-off' | 'no-successor';
  /** For the ledger. */
  readonly cause: string;
  readonly subject: string;
  readonly text: string;
  /** How long it lasts before people are told of it, ms. */
  readonly toldAfterMs: number;
  /** Cause of an evacuation, where name servers answer the other region; null where there is none. */
  readonly evacuation: string | null;
}

/** How long name servers may answer the region that held before, ms: checks, and what resolvers keep. */
const DNS_FOLLOWS_MS = 60_000;
/** Time in which the heartbeat of a region that has failed altogether grows old, ms. */
const CUT_OFF_FOR_MS = 20_000;

/**
 * For a holder that fails, and whose epoch nobody takes: its entry alone serves nobody; name servers answer the other region,
 * whatever their checks see; no probe of the other region reaches it, and it is healthy by its heartbeat; or the other
 * region is not healthy either. People are notified. It is evacuated, which loses nothing, once that has lasted, the other
 * region was healthy for long, and checkers in other places agree, since name servers answer the other region.
 *
 * @returns null where nothing is to be done, or nothing more
 */
export function decideOnUntaken(situation: Situation, settings: RecoverySettings): Effect | null {
  const { answeredRegion, record, region, wallClockMs } = situation;
  const { entryFailure, epoch, holder } = record;
  if (region === null || region === holder) return null;
  const failure = untakenFailure(situation, region, settings);
  if (failure === null) {
    const isGood = roundsOf(situation, holder, settings).good >= settings.detection.failureThreshold;
    return isGood && situation.ledHereRounds === 0 && entryFailure !== null
      ? write(amendRecord(record, { entryFailure: null }), `clients come in to ${holder} again`)
      : null;
  }
  const { cause, evacuation, name, subject, text, toldAfterMs } = failure;
  if (entryFailure === null) {
    return write(amendRecord(record, { entryFailure: { sinceMs: wallClockMs, announced: false } }), cause);
  }
  if (!entryFailure.announced && wallClockMs - entryFailure.sinceMs >= toldAfterMs) {
    const id = `${epoch}:${name}:${entryFailure.sinceMs}`;
    const send = notifyOnce(situation, { id, subject: `epoch ${epoch}, ${holder}: ${subject}`, text });
    if (send) return send;
    if (situation.notice?.delivered === true) {
      return write(
        amendRecord(record, { entryFailure: { ...entryFailure, announced: true } }),
        'a person was notified',
      );
    }
  }
  return evacuation !== null && answeredRegion === region
    ? evacuateByItself(situation, settings, entryFailure.sinceMs, evacuation)
    : null;
}

function untakenFailure(situation: Situation, region: string, settings: RecoverySettings): UntakenFailure | null {
  const { record, successorHealthy } = situation;
  const { holder } = record;
  const { kind, reason } = assessmentOf(situation, holder, settings);
  const isObserved = settings.mode === 'observe';
  const evacuated = isLeftBehind(record, region)
    ? rebuildHint(holder)
    : isObserved
      ? LEFT_IN_OBSERVE
      : evacuatedByItself(region);
  if (kind === 'cut-off') {
    return {
      name: 'cut-off',
      cause: `${holder} is cut off from ${region}`,
      subject: `cut off from ${region}`,
      text: `${region} does not reach ${holder}, whose heartbeat says that it is healthy. While name servers answer ${holder}, clients are served, and nothing is moved; a failure of ${holder} may lose what was not replicated since. Where they answer ${region}: ${evacuated}`,
      toldAfterMs: CUT_OFF_FOR_MS,
      evacuation: `${holder} is cut off from ${region}, and name servers answer ${region}`,
    };
  }
  if (kind === 'failed' && isLeftBehind(record, region)) {
    return {
      name: 'no-successor',
      cause: `${holder} failed, and there is no place to go`,
      subject: 'failed, and there is no place to go',
      text: `${holder} failed: ${reason}. Repair it: its database alone has what was written. ${restoreHint(holder, region)} ${rebuildHint(holder)}`,
      toldAfterMs: 0,
      evacuation: null,
    };
  }
  if (kind === 'failed' && !successorHealthy) {
    return {
      name: 'no-successor',
      cause: `${holder} failed, and ${region} is not healthy`,
      subject: `failed, and ${region} is not healthy`,
      text: `${holder} failed: ${reason}. ${region} is not healthy by its own check, or its entry serves nobody, so that nothing is taken over. Run failover where you know that ${region} can serve: its check may have failed alone. Else repair either region.`,
      toldAfterMs: 0,
      evacuation: null,
    };
  }
  const enough = settings.detection.failureThreshold;
  const next = (otherwise: string) => (settings.mode === 'observe' || successorHealthy ? evacuated : otherwise);
  if (roundsOf(situation, holder, settings).entryFailed >= enough) {
    const cause = `the entry of ${holder} serves nobody`;
    const repair = `${region} is not healthy either, so that nothing is moved. Repair either entry; where a deployment broke both, roll it back.`;
    return {
      name: 'entry-failed',
      cause,
      subject: 'entry fails',
      text: `${holder} is healthy by its own check, and its entry serves nobody: SQL writes wait. ${next(repair)}`,
      toldAfterMs: 0,
      evacuation: `${cause}, and ${region} serves them`,
    };
  }
  if (situation.ledHereRounds >= enough && stepAgeMs(situation) >= DNS_FOLLOWS_MS) {
    const repair = `${region} is not known to be healthy, so that nothing is moved. Repair what answers the health checks, or run failover, which loses what was not replicated.`;
    return {
      name: 'led-away',
      cause: `name servers lead clients away from ${holder}`,
      subject: 'clients are led away',
      text: `${holder} has not failed, and name servers lead clients to ${region}: SQL writes wait. ${next(repair)}`,
      toldAfterMs: 0,
      evacuation: `name servers lead clients away from ${holder}, and ${region} serves them`,
    };
  }
  return null;
}
