import type { ControlRecord, Step } from '../fencing/control-record';
import type { Notice } from './effect';

/** Meaning of a step, and what a person can do in it. */
export interface StepGuide {
  /** Completes "<region> …" or stands alone, in a sentence. */
  readonly meaning: string;
  /** Whether nothing goes on without a person. */
  readonly blocked: boolean;
  /** Action open to a person. */
  readonly nextStep: string;
}

/** All steps, for the status command, the notices and the runbook. */
export const STEP_GUIDE: Readonly<Record<Step, StepGuide>> = {
  serving: {
    meaning: 'The holder serves reads and all writes.',
    blocked: false,
    nextStep: 'Nothing to do; where the standby holds, run failback once the primary is repaired.',
  },
  draining: {
    meaning:
      'The holder took the epoch and waits until no earlier writer can still write. Reads and strongly consistent writes are served.',
    blocked: false,
    nextStep: 'Wait; it ends by itself.',
  },
  guarding: {
    meaning: 'The data loss of a promotion is being assessed.',
    blocked: false,
    nextStep: 'Wait; a notice follows when it takes too long.',
  },
  'awaiting-copy': {
    meaning:
      'The database of the holder is no whole copy: Aurora rebuilds it from the other region. SQL writes are closed; reads and strongly consistent writes are served.',
    blocked: true,
    nextStep:
      'Wait for the other region, which has all that was written; or evacuate, or failover to it, once it is healthy again; where it is gone for long, follow "Restore where no copy is left" of the runbook, then run failover --restored.',
  },
  'awaiting-approval': {
    meaning: 'The promotion needs a person. SQL writes are closed; reads and strongly consistent writes are served.',
    blocked: true,
    nextStep:
      'Run approve to promote and accept the loss; or evacuate, or failover to the other region, if that is healthy again.',
  },
  promoting: {
    meaning: 'Aurora is promoting the holder, which takes minutes. SQL writes are closed.',
    blocked: false,
    nextStep: 'Wait; a notice follows when it takes too long.',
  },
  'promotion-stuck': {
    meaning: 'The database was not promoted in time, or this epoch has had its promotion. SQL writes are closed.',
    blocked: true,
    nextStep:
      'Run failover, a new epoch and a new promotion; where Aurora refuses that too, failover --detach, the last resort; or evacuate, where the other region is healthy again.',
  },
  proving: {
    meaning: 'A write in the promoted database is being proved. SQL writes are closed.',
    blocked: false,
    nextStep: 'Wait; it ends by itself.',
  },
  'write-unproven': {
    meaning: 'No write in the promoted database succeeded yet; it is retried. SQL writes are closed.',
    blocked: true,
    nextStep: 'Look at the writer instance and its security group; or run failover or evacuate.',
  },
  detaching: {
    meaning:
      "The holder's database is being taken out of the global database, or was restored, which ends its replication. SQL writes are closed.",
    blocked: true,
    nextStep:
      'Run failover --detach, or failover --restored, again, whichever began it, since only a command goes on; or failover, which asks for a promotion once more.',
  },
  'evacuation-checking': {
    meaning: 'The region that is to serve and the lag are being checked before an evacuation.',
    blocked: false,
    nextStep: 'Wait; it ends by itself.',
  },
  'evacuation-draining': {
    meaning: 'SQL writes are closed, and the last of them are ending.',
    blocked: false,
    nextStep: 'Wait; it ends by itself.',
  },
  'evacuation-switching': {
    meaning: 'Aurora is switching over without loss. SQL writes are closed.',
    blocked: false,
    nextStep: 'Wait; a notice follows when it takes too long.',
  },
  'switchover-stuck': {
    meaning: 'The database was not switched over in time. SQL writes are closed.',
    blocked: true,
    nextStep: 'Run evacuate to try again, or failover to go on in the holder.',
  },
  'evacuation-proving': {
    meaning: 'A write in the region that is to serve is being proved. SQL writes are closed.',
    blocked: false,
    nextStep: 'Wait; it ends by itself.',
  },
  'evacuation-unproven': {
    meaning: 'No write in the region that is to serve succeeded yet; it is retried. SQL writes are closed.',
    blocked: true,
    nextStep: 'Look at the writer instance; run failover to go on in the holder.',
  },
  'ledger-lost': {
    meaning: 'The item of the ledger is gone from the control table. SQL writes are closed.',
    blocked: true,
    nextStep:
      'Find the region whose cluster is the writer of the global database; then run failover --to it: SQL opens there once a write is proved.',
  },
};

/** Name of the runbook's section on a database that was left behind. */
const REBUILD = '"Rebuild the region that was left behind" of docs/runbooks/failover.md';

/** Sentences on the work that is left while the holder's database is detached. */
export function rebuildHint(holder: string): string {
  return `The database of ${holder} is detached: nothing is replicated to the other region, and no move goes there. Follow ${REBUILD}.`;
}

/** Name of the runbook's section on the last resort where no whole copy is left. */
export const RESTORE = '"Restore where no copy is left" of docs/runbooks/failover.md';

/** Sentence on the way out where the region that has all data is gone. */
export function restoreHint(gone: string, to: string): string {
  return `Where ${gone} is gone for long, follow ${RESTORE}, then run failover --restored --to=${to}: what was written since is lost.`;
}

/** Sentence on what a promotion lost, which AWS keeps for some days [Aurora user guide, recovering from unplanned outages]. */
const LOST_WRITES =
  'What was not replicated stays in a snapshot of the cluster that wrote before, until its backups expire: copy it by "Keep the lost writes" of docs/runbooks/failover.md.';

/** The notice of the step that the ledger is in. */
export function noticeOf({ cause, epoch, holder, promotionEpoch, replication, step }: ControlRecord): Notice {
  const guide = STEP_GUIDE[step];
  const isDetached = step === 'serving' && replication === 'detached';
  const nextStep = isDetached ? rebuildHint(holder) : guide.nextStep;
  const isPromoted = step === 'serving' && !isDetached && promotionEpoch === epoch;
  return {
    id: `${epoch}:${step}`,
    subject: `epoch ${epoch}, ${holder}: ${step}`,
    text: `${guide.meaning} Cause: ${cause}. ${nextStep}${isPromoted ? ` ${LOST_WRITES}` : ''}`,
  };
}
