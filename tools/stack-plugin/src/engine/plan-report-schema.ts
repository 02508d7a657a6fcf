import { z } from 'zod';

const attribute = z.strictObject({
  path: z.string().describe('`tags.owner`, `rule[0].priority`'),
  before: z.unknown().optional().describe('Left out where there was none; of a secret, a hash'),
  after: z
    .unknown()
    .optional()
    .describe('Left out where there will be none or it is not yet known; of a secret, a hash'),
  unknown: z.literal(true).optional().describe('Known only once it is applied'),
  secret: z.literal(true).optional(),
  forcesReplacement: z.literal(true).optional().describe('Cannot be changed in place'),
});

const change = z.strictObject({
  address: z.string().describe('`aws_vpc.Vpc_0A1B2C3D`'),
  previousAddress: z.string().optional().describe('Where the configuration says that it moved'),
  imported: z.literal(true).optional().describe("Was there without Terraform's knowledge, and is taken over"),
  type: z.string(),
  action: z.enum(['create', 'update', 'replace', 'destroy', 'forget', 'move', 'import']),
  reason: z.string().optional().describe("Terraform's action_reason"),
  attributes: z.array(attribute),
});

const output = z.strictObject({
  parameter: z.string().describe('`/trade/prod/us-east-1/network/vpc-id`, in the store of the region of its state'),
  before: z.string().optional().describe('Left out where it is not published yet'),
  after: z.string().optional().describe('Left out where it will be gone or is not yet known'),
  unknown: z.literal(true).optional().describe('Known only once it is applied'),
  readBy: z.array(z.string()).describe('States that are recorded as deployed and read it, sorted'),
});

/** Report of a run: its plan, and the outcome. Written by `--json`, read by `--reviewed`. */
export const PLAN_REPORT = z.strictObject({
  version: z.literal(1),
  mode: z.enum(['plan', 'deploy', 'destroy']),
  environment: z.string(),
  account: z.string(),
  stops: z.array(z.string()).optional().describe('Refusals that a deploy of this plan ends with'),
  states: z.array(
    z.strictObject({
      stack: z.string(),
      state: z.string(),
      region: z.string(),
      outcome: z
        .enum(['planned', 'applied', 'skipped', 'failed', 'not-begun', 'left'])
        .describe(
          'skipped: as it is recorded, drift not checked; left: its region, or another that it needs, does not answer',
        ),
      problem: z.string().optional(),
      seconds: z.number().optional().describe('Spent on its plans and its apply'),
      asDeployed: z
        .boolean()
        .optional()
        .describe('Whether what is synthesized is what its record says is deployed; left out where it was not planned'),
      provisional: z.boolean().describe('Planned over inputs that were themselves only planned'),
      changes: z.array(change).describe('Destroyed and replaced resources first'),
      drift: z.array(change).describe('Changed outside Terraform'),
      outputs: z
        .array(output)
        .optional()
        .describe('Outputs that would have another value, or be gone; new ones only where a deployed state reads them'),
    }),
  ),
});
