import { costCounts } from '../cost-counts';
import { recoveryChange } from '../recovery-change';
import type { SynthesizedRevision } from '../revision/synthesized-revision';
import type { Review } from './review';

/**
 * Changes of a review that are seen without an account, in the synthesized Terraform of two revisions.
 *
 * @param before undefined where it is not known
 */
export function changesBetween(
  environment: string,
  before: SynthesizedRevision | undefined,
  after: SynthesizedRevision,
): Pick<Review, 'recovery' | 'costs' | 'leftBehind'> {
  const { tiers, missed } = recoveryChange(environment, before, after);
  const named = new Set(after.states.map(({ name }) => name));
  const leftBehind = (before?.states ?? []).map(({ name }) => name).filter((name) => !named.has(name));
  return {
    recovery: { tiers: [...tiers], missed: [...missed] },
    costs: [...costCounts(before?.states, after.states)],
    ...(leftBehind.length > 0 ? { leftBehind } : {}),
  };
}
