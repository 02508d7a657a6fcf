import { noServiceBoundary } from '../errors';
import { bootstrapCommand } from './describe-denied';
import { readFromBucket, type StateObject } from './move-state';
import type { PlannedState, Run } from './run';
import type { TerraformJson } from './synthesized';

/** ARN of the policy that the bootstrap makes for the roles of services [libs/platform-stack, service-boundary]. */
const SERVICE_BOUNDARY = /^arn:aws:iam::\d+:policy\/\S+-service-boundary$/;

/** How long a bucket is given to answer. */
const ANSWER_MS = 5_000;

/** Reads the text of a state; fails where there is none or it may not be read. */
type ReadState = (object: StateObject) => Promise<string>;

/**
 * Refuses to make or change roles whose boundary is not in the account: it was bootstrapped before there was one, and each
 * role would be refused in the apply. The bootstrap's own state says what the account has. Where it is not to be read, the
 * account may have the boundary from elsewhere, and the apply says whether it has.
 *
 * @throws UserError with the command that makes it; nothing was changed
 */
export async function refuseNoBoundary(
  run: Run,
  plans: ReadonlyMap<string, PlannedState>,
  read: ReadState = (object) => readFromBucket(run.client, object, AbortSignal.timeout(ANSWER_MS)),
): Promise<void> {
  const needing = [...plans].flatMap(([state, { plan, input }]) => {
    const boundary = boundaryIn(input.terraformJson);
    const isChanged = plan.changes.some(({ type, action }) => type === 'aws_iam_role' && action !== 'destroy');
    return isChanged && boundary !== undefined ? [{ state, boundary, json: input.terraformJson }] : [];
  });
  const [first] = needing;
  const prefix = first && bucketPrefixOf(run, first.state, first.json);
  if (first === undefined || prefix === undefined) return;
  for (const region of run.regions.filter((each) => !run.records.dark.has(each))) {
    // In the primary region's bucket, which no setting says here.
    const object = { bucket: `${prefix}-${region}`, key: `bootstrap/bootstrap-${region}.tfstate`, region };
    const text = await read(object).catch(() => undefined);
    if (text === undefined) continue;
    if (holdsPolicy(text, first.boundary)) return;
    throw noServiceBoundary(
      run.options.environment,
      first.boundary,
      needing.map(({ state }) => state),
      `s3://${object.bucket}/${object.key}`,
      bootstrapCommand(run.options),
    );
  }
}

interface SynthesizedRoles {
  readonly resource?: {
    readonly aws_iam_role?: Readonly<Record<string, { readonly permissions_boundary?: string }>>;
  };
}

/** The boundary of services that roles of a state have. */
function boundaryIn(json: TerraformJson): string | undefined {
  const roles = Object.values((json as SynthesizedRoles).resource?.aws_iam_role ?? {});
  return roles.map((role) => role.permissions_boundary ?? '').find((arn) => SERVICE_BOUNDARY.test(arn));
}

/** A state bucket's name without its region; undefined where states are in none. */
function bucketPrefixOf({ account, states }: Run, state: string, json: TerraformJson): string | undefined {
  const { terraform } = { ...json, ...account.override(json) } as {
    readonly terraform?: { readonly backend?: { readonly s3?: StateObject } };
  };
  return terraform?.backend?.s3?.bucket.slice(0, -`-${states.get(state)?.entry.region}`.length);
}

interface PoliciesOfState {
  readonly resources?: readonly {
    readonly type: string;
    readonly instances: readonly { readonly attributes?: { readonly name?: string } }[];
  }[];
}

/** By its name: the account was confirmed, and the sandbox account has another number than the settings. */
function holdsPolicy(state: string, arn: string): boolean {
  const policy = arn.slice(arn.indexOf('/') + 1);
  const { resources = [] } = JSON.parse(state) as PoliciesOfState;
  return resources.some(
    ({ type, instances }) =>
      type === 'aws_iam_policy' && instances.some(({ attributes }) => attributes?.name === policy),
  );
}
