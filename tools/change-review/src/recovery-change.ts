import { assessObjectives, objectiveOf, readRecoveryFacts, sumBudget, type TierBudget } from '@dr/recovery';
import type { SynthesizedRevision } from './revision/synthesized-revision';

/** Recovery budget of a tier, before and after a change. */
export interface TierChange {
  readonly tier: string;
  readonly unit: string;
  /** Worst case, in the unit; left out where the revision has none. */
  readonly before?: number;
  readonly after?: number;
  /** `less than 60 s`; left out where nothing is promised. */
  readonly objectiveBefore?: string;
  readonly objective?: string;
}

/** Recovery of an environment, before and after a change. */
export interface RecoveryChange {
  readonly tiers: readonly TierChange[];
  /** Objectives that are missed after it, with the term that costs most. */
  readonly missed: readonly string[];
}

/** @param before undefined where it is not known */
export function recoveryChange(
  environment: string,
  before: SynthesizedRevision | undefined,
  after: SynthesizedRevision,
): RecoveryChange {
  const [old, now] = [before && budgetOf(environment, before), budgetOf(environment, after)];
  const names = [...new Set([...(now ?? []), ...(old ?? [])].map(({ tier }) => tier))];
  return {
    tiers: names.map((tier) => {
      const [was, is] = [old?.find((each) => each.tier === tier), now?.find((each) => each.tier === tier)];
      const objectiveBefore = before?.objectives && objectiveOf(tier, before.objectives)?.expected;
      const objective = after.objectives && objectiveOf(tier, after.objectives)?.expected;
      return {
        tier,
        unit: (is ?? was)?.unit ?? 's',
        ...(was === undefined ? {} : { before: was.worst }),
        ...(is === undefined ? {} : { after: is.worst }),
        ...(objectiveBefore === undefined ? {} : { objectiveBefore }),
        ...(objective === undefined ? {} : { objective }),
      };
    }),
    missed:
      now === undefined || after.objectives === undefined
        ? []
        : assessObjectives(environment, `libs/environments/src/environments/${environment}.ts`, now, after.objectives),
  };
}

/** Undefined where the stacks have no failover to budget. */
function budgetOf(environment: string, { states }: SynthesizedRevision): readonly TierBudget[] | undefined {
  try {
    return sumBudget(readRecoveryFacts(environment, states));
  } catch (error) {
    if ((error as Error).name !== 'UnreadableFactsError') throw error;
    return undefined;
  }
}
