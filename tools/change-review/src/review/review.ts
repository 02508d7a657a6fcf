import { readJsonFile } from '@dr/command-line';
import { PLAN_REPORT } from '@dr/stack-plugin/commands';
import { z } from 'zod';

const tier = z.strictObject({
  tier: z.string(),
  unit: z.string(),
  before: z.number().optional().describe('Worst case; left out where it is not known'),
  after: z.number().optional(),
  objectiveBefore: z.string().optional(),
  objective: z.string().optional(),
});

/** Facts of a change in one environment, which a comment is made of. */
export const REVIEW = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  account: z.string(),
  base: z.string().describe('Full hash of the newest commit that both revisions have'),
  head: z.string().describe('Full hash of the commit that is checked out'),
  changed: z.boolean().describe('Whether the work tree has changes that the commit does not hold'),
  plan: PLAN_REPORT.optional().describe('Left out where no stack is affected, or nothing could be planned'),
  problem: z.string().optional().describe('Why nothing could be planned'),
  baseProblem: z.string().optional().describe('Why the base is not synthesized: nothing before the change is known'),
  leftBehind: z
    .array(z.string())
    .optional()
    .describe('States of the base that no stack has any more: they stay deployed until they are destroyed by name'),
  recovery: z.strictObject({ tiers: z.array(tier), missed: z.array(z.string()) }).optional(),
  costs: z.array(z.strictObject({ what: z.string(), before: z.number().optional(), after: z.number() })).optional(),
});

export type Review = z.infer<typeof REVIEW>;

/** @throws CommandError where the file is no review */
export function readReview(file: string): Review {
  return readJsonFile(file, REVIEW, 'a review that stacks review wrote with --json');
}
