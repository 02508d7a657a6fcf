import { readJsonFile } from '@dr/command-line';
import { z } from 'zod';

const state = z.strictObject({
  name: z.string(),
  region: z.string(),
  /** Number of resources by type, of the synthesized Terraform. */
  resources: z.record(z.string(), z.number()),
  deployed: z
    .strictObject({
      at: z.string(),
      by: z.string(),
      outcome: z.enum(['applying', 'deployed', 'failed']),
      commit: z.string().optional(),
      changed: z.boolean(),
    })
    .optional()
    .describe('Last deploy, by its record; left out where there is none'),
  drift: z
    .enum(['as-deployed', 'drifted', 'pending', 'unknown'])
    .optional()
    .describe('Left out where nobody looked for it'),
});

const edge = z.strictObject({
  from: z.string().describe('State that publishes'),
  to: z.string().describe('State that reads'),
  contract: z.string(),
  region: z.string().describe('Region that the values describe'),
  outputs: z.array(
    z.strictObject({ name: z.string(), value: z.string().optional().describe('Left out where it is not published') }),
  ),
});

/** Facts of one environment that its page is made of. */
export const OVERVIEW = z.strictObject({
  version: z.literal(1),
  platform: z.string(),
  environment: z.string(),
  account: z.string(),
  at: z.string().describe('ISO 8601, UTC'),
  commit: z.string().optional().describe('Commit of the work tree'),
  regions: z.array(z.strictObject({ name: z.string(), role: z.string() })),
  stacks: z.array(z.strictObject({ name: z.string(), owner: z.string(), states: z.array(state) })),
  edges: z.array(edge),
  orphans: z.array(z.string()).describe('States that are recorded as deployed, and that no stack has any more'),
});

export type Overview = z.infer<typeof OVERVIEW>;
export type OverviewState = Overview['stacks'][number]['states'][number];

/** @throws CommandError where the file is no overview */
export function readOverview(file: string): Overview {
  return readJsonFile(file, OVERVIEW, 'an overview that stacks overview wrote with --json');
}
