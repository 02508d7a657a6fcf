import type { StateObject } from './move-state';
import { refuseNoBoundary } from './refuse-no-boundary';
import type { PlannedState, Run } from './run';

const BOUNDARY = 'arn:aws:iam::222222222222:policy/dr-prod-service-boundary';
const BUCKET = 'states-us-west-2';

/** A state that makes or changes a resource, with a role that has a boundary. */
const planned = (type = 'aws_iam_role', action = 'create', boundary = BOUNDARY) =>
  ({
    plan: { changes: [{ type, action }] },
    input: {
      terraformJson: {
        terraform: { backend: { s3: { bucket: 'states-us-east-1' } } },
        resource: { aws_iam_role: { Tasks: { permissions_boundary: boundary } } },
      },
    },
  }) as unknown as PlannedState;

const stateWith = (type: string, name = 'dr-prod-service-boundary') =>
  JSON.stringify({ resources: [{ type, instances: [{ attributes: { name } }] }] });

/** Buckets that were asked, and what came of a run of `compute-us-east-1`, bootstrapped in the second region. */
async function refuse(
  plan: PlannedState,
  bootstrapState: string | undefined,
  { override, dark = [] }: { readonly override?: object; readonly dark?: readonly string[] } = {},
): Promise<readonly string[]> {
  const asked: string[] = [];
  const run = {
    options: { environment: 'prod', account: 'aws' },
    regions: ['us-east-1', 'us-west-2'],
    states: new Map([['compute-us-east-1', { entry: { region: 'us-east-1' } }]]),
    records: { dark: new Set(dark) },
    account: { override: () => override },
  } as unknown as Run;
  const read = async ({ bucket, key }: StateObject) => {
    asked.push(`${bucket}/${key}`);
    if (bucket !== BUCKET || bootstrapState === undefined) throw new Error('NoSuchKey');
    return bootstrapState;
  };
  await refuseNoBoundary(run, new Map([['compute-us-east-1', plan]]), read);
  return asked;
}

const ASKED = [
  'states-us-east-1/bootstrap/bootstrap-us-east-1.tfstate',
  'states-us-west-2/bootstrap/bootstrap-us-west-2.tfstate',
];

describe('a deploy that makes a role of a service', () => {
  it.each(['create', 'update', 'replace'])('by %s is refused where the bootstrap made no boundary', async (action) => {
    const refused = refuse(planned('aws_iam_role', action), stateWith('aws_iam_policy', 'dr-prod-plan'));

    await expect(refused).rejects.toThrow(
      `prod: ${BOUNDARY} is not in the account, expected the boundary that limits the roles of services: compute-us-east-1 would make or change some, and the bootstrap made none (s3://${BUCKET}/bootstrap/bootstrap-us-west-2.tfstate). Nothing was changed. As an administrator: npx nx run bootstrap:deploy -c prod. Run this again then.`,
    );
  });

  it('is refused where the bootstrap only names the boundary', async () => {
    await expect(refuse(planned(), stateWith('aws_iam_role'))).rejects.toThrow('is not in the account');
  });

  it('goes on where the bootstrap made it', async () => {
    expect(await refuse(planned(), stateWith('aws_iam_policy'))).toEqual(ASKED);
  });

  it('goes on where nobody knows, and asks no region that is dark', async () => {
    expect(await refuse(planned(), undefined)).toEqual(ASKED);
    expect(await refuse(planned(), '{}', { dark: ['us-west-2'] })).toEqual(ASKED.slice(0, 1));
  });

  it.each([
    ['no role is made or changed', planned('aws_sqs_queue'), {}],
    ['a role is destroyed', planned('aws_iam_role', 'destroy'), {}],
    ['roles have another boundary', planned('aws_iam_role', 'create', '${aws_iam_policy.Boundary.arn}'), {}],
    ['states are in no bucket', planned(), { override: { terraform: { backend: { local: {} } } } }],
  ])('asks nothing where %s', async (_when, plan, options) => {
    expect(await refuse(plan, '{}', options)).toEqual([]);
  });
});
