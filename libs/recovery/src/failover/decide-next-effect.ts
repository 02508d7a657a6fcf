import type { Step } from '../fencing/control-record';
import type { RecoverySettings } from '../recovery-settings';
import { decideAwaitingCopy } from './awaiting-copy';
import { databaseOf, decideDetaching, isLeftBehind } from './detachment';
import type { Effect } from './effect';
import {
  decideEvacuationChecking,
  decideEvacuationDraining,
  decideEvacuationProving,
  decideEvacuationSwitching,
} from './evacuation-steps';
import { decideDraining, decideGuarding, decidePromoting, decideProving, decideServing } from './failover-steps';
import { successorRegion } from './roles';
import type { Situation } from './situation';
import { type StepDecision, waitForPerson } from './step-effects';

const DECISIONS: Readonly<Record<Step, StepDecision>> = {
  serving: decideServing,
  draining: decideDraining,
  guarding: decideGuarding,
  'awaiting-copy': decideAwaitingCopy,
  'awaiting-approval': decideGuarding,
  promoting: decidePromoting,
  'promotion-stuck': decidePromoting,
  proving: decideProving,
  'write-unproven': decideProving,
  detaching: decideDetaching,
  'evacuation-checking': decideEvacuationChecking,
  'evacuation-draining': decideEvacuationDraining,
  'evacuation-switching': decideEvacuationSwitching,
  'switchover-stuck': decideEvacuationSwitching,
  'evacuation-proving': decideEvacuationProving,
  'evacuation-unproven': decideEvacuationProving,
  'ledger-lost': waitForPerson,
};

/**
 * The one thing to do next, whoever asks: any number of controllers and operators may, in any order, and any of them may
 * be killed anywhere. All that one of them must know of the past is in the ledger.
 */
export function decideNextEffect(seen: Situation, settings: RecoverySettings): Effect {
  const { record, region } = seen;
  const successor = successorRegion(record, settings.regions, region);
  const situation = {
    ...seen,
    database: databaseOf(record, seen.database),
    // However healthy: there is nothing to go to.
    successorHealthy: seen.successorHealthy && !isLeftBehind(record, successor),
  };
  return DECISIONS[record.step](situation, settings);
}
