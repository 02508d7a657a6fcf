import { awsAccount } from './aws-account';
import { type AssumeRole, deployRoles, withDeployRoles } from './deploy-roles';

const account = { accountId: '111111111111', parameterRoot: '/dr/prod', region: 'us-east-1' };

const WORKFLOW = {
  DR_DEPLOY_ROLES: 'github',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com/?api-version=2',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer-of-the-job',
  GITHUB_RUN_ID: '42',
};

const credentials = { accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'session' };

function workflow(assume: AssumeRole = async () => credentials, status = 200) {
  const asked: unknown[] = [];
  const assumed: unknown[] = [];
  const request = (async (url: string, { headers }: { headers: unknown }) => {
    asked.push([url, headers]);
    return new Response(JSON.stringify({ value: `token-${asked.length}` }), { status });
  }) as typeof fetch;
  const roles = deployRoles(
    WORKFLOW,
    account,
    (role) => {
      assumed.push(role);
      return assume(role);
    },
    request,
  );
  return { asked, assumed, roles: roles as NonNullable<typeof roles> };
}

describe('deployRoles', () => {
  it('uses the credentials of the shell where nothing is said', () => {
    expect(deployRoles({}, account)).toBeUndefined();
    expect(deployRoles({ DR_DEPLOY_ROLES: '' }, account)).toBeUndefined();
  });

  it('takes the role of each stack by a token of its own, for two hours, and once a run', async () => {
    const { roles, asked, assumed } = workflow();

    const both = await Promise.all([roles('data'), roles('data')]);
    await roles('network');

    expect(both[0]).toEqual({
      AWS_ACCESS_KEY_ID: 'ASIA1',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
    });
    expect(asked).toEqual(
      Array.from({ length: 2 }, () => [
        'https://token.example.com/?api-version=2&audience=sts.amazonaws.com',
        { Authorization: 'bearer bearer-of-the-job' },
      ]),
    );
    const role = { session: 'deploy-42', seconds: 7200, region: 'us-east-1' };
    expect(assumed).toEqual([
      { ...role, arn: 'arn:aws:iam::111111111111:role/dr-prod-deploy-data', token: 'token-1' },
      { ...role, arn: 'arn:aws:iam::111111111111:role/dr-prod-deploy-network', token: 'token-2' },
    ]);
  });

  it('says which role is refused, and what makes it, and shows no token', async () => {
    const refused = Object.assign(new Error('Not authorized to perform sts:AssumeRoleWithWebIdentity'), {
      name: 'AccessDenied',
    });

    await expect(workflow(() => Promise.reject(refused)).roles('data')).rejects.toThrow(
      'data: role arn:aws:iam::111111111111:role/dr-prod-deploy-data cannot be taken (AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity), expected it to trust this job. Nothing of data was changed. Make it with: npx nx run bootstrap:deploy -c <environment>, and run the job in the environment of that name.',
    );
    await expect(workflow(undefined, 403).roles('data')).rejects.toThrow(
      '(Error: GitHub answers 403 to the request for a token)',
    );
  });

  it('refuses what is no workflow, and another value', () => {
    expect(() => deployRoles({ DR_DEPLOY_ROLES: 'github' }, account)).toThrow(
      'DR_DEPLOY_ROLES is github, expected it in a job of GitHub with the permission id-token: write only. Nothing was changed. Unset it, and use credentials of your own.',
    );
    expect(() => deployRoles({ ...WORKFLOW, DR_DEPLOY_ROLES: 'gitlab' }, account)).toThrow(
      /DR_DEPLOY_ROLES is gitlab, expected one of github/,
    );
  });
});

describe('withDeployRoles', () => {
  const account = { ...awsAccount, environment: async () => ({ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'shell' }) };
  const use = { types: [], blocks: [] };

  it("gives Terraform the credentials of the stack's role, and each stack one account", async () => {
    const accountOf = withDeployRoles(account, async (stack) => ({ AWS_ACCESS_KEY_ID: `of-${stack}` }));

    expect(await accountOf('data').environment('work', use)).toEqual({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'of-data',
    });
    expect(await accountOf('network').environment('work', use)).toMatchObject({ AWS_ACCESS_KEY_ID: 'of-network' });
    expect(accountOf('data')).toBe(accountOf('data'));
  });

  it('leaves the account as it is where there are no roles', () => {
    expect(withDeployRoles(account, undefined)('data')).toBe(account);
  });
});
