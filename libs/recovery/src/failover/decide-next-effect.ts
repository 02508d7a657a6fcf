import type { Step } from '../fencing/control-record';
import type { RecoverySettings } from '../recovery-settings';
import type { Effect } from './effect';
import {
  decideFailbackChecking,
  decideFailbackDraining,
  decideFailbackProving,
  decideFailbackSwitching,
} from './failback-steps';
import { decideDraining, decideGuarding, decidePromoting, decideProving, decideServing } from './failover-steps';
import type { Situation } from './situation';
import type { StepDecision } from './step-effects';

const DECISIONS: Readonly<Record<Step, StepDecision>> = {
  serving: decideServing,
  draining: decideDraining,
  guarding: decideGuarding,
  'awaiting-approval': decideGuarding,
  promoting: decidePromoting,
  'promotion-stuck': decidePromoting,
  proving: decideProving,
  'write-unproven': decideProving,
  'failback-checking': decideFailbackChecking,
  'failback-draining': decideFailbackDraining,
  'failback-switching': decideFailbackSwitching,
  'switchover-stuck': decideFailbackSwitching,
  'failback-proving': decideFailbackProving,
  'failback-unproven': decideFailbackProving,
};

/**
 * The one thing to do next, whoever asks: any number of controllers and operators may, in any order, and any of them may
 * be killed anywhere. All that one of them must know of the past is in the ledger.
 */
export function decideNextEffect(situation: Situation, settings: RecoverySettings): Effect {
  return DECISIONS[situation.record.step](situation, settings);
}
