/** Each service's role can do within the boundary what its policy says, and cannot escalate; no deploy role makes a role without it. */
import { join } from 'node:path';
import {
  type DeployAccount,
  deployRoleName,
  deployRolePolicies,
  planRoleName,
  readDeployedStack,
  serviceBoundary,
} from '@dr/deploy-roles';
import { loadEnvironment } from '@dr/environments';
import { decide, type PolicyDocument } from '@dr/iam-policy';
import { policyStatements } from './policy-statements';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS, readResources, STACKS, SYNTHESIZED } from './synthesized';

const EVERYTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
};

/** Managed policies of AWS that roles have besides: their statements are AWS's, and not evaluated here. */
const MANAGED = ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'];

it('the roles of the sandbox account have no boundary', () => {
  const roles = readResources(DEFAULT_ENVIRONMENT).filter(({ type }) => type === 'aws_iam_role');

  expect(roles.length).toBeGreaterThan(15);
  expect(roles.filter(({ attributes }) => 'permissions_boundary' in attributes)).toEqual([]);
});

describe.each(ENVIRONMENTS.filter((name) => name !== DEFAULT_ENVIRONMENT))('in %s', (environment) => {
  const resources = readResources(environment);
  const roles = resources.filter(({ type }) => type === 'aws_iam_role');
  const stacks = STACKS.map((stack) => readDeployedStack(join(SYNTHESIZED, environment, stack)));
  const regions = [...new Set(stacks.flatMap(({ states }) => states.map(({ region }) => region)))].sort();
  const { platform, accountId, stateBackend, regions: settings } = loadEnvironment(environment);
  const account: DeployAccount = {
    ...{ platform, environment, accountId, regions },
    bucketPrefix: stateBackend.kind === 's3' ? stateBackend.bucketPrefix : '',
    serviceBoundary: `arn:aws:iam::${accountId}:policy/${platform}-${environment}-service-boundary`,
  };
  const boundary = serviceBoundary(account, [...regions, settings.witness]);
  const iam = `arn:aws:iam::${accountId}`;

  const statements = resources
    .flatMap(policyStatements)
    .filter(({ kind, resource }) => kind === 'identity' && resource.type !== 'aws_iam_policy');
  /** Calls that the policies name: of each statement each action, on each resource. */
  const calls = statements.flatMap(({ actions, resources: arns, resource }) =>
    actions.flatMap((action) =>
      arns.map((arn) => ({
        // Some call that the wildcard stands for.
        action: action.replaceAll('*', 'Any'),
        resource: arn.replaceAll('<reference>', 'filled-in'),
        context: { 'aws:RequestedRegion': /^arn:aws:[\w-]+:([\w-]+):/.exec(arn)?.[1] ?? resource.region },
      })),
    ),
  );

  it('every role has the boundary of the bootstrap', () => {
    expect(roles.length).toBeGreaterThan(15);
    expect(new Set(roles.map(({ attributes }) => attributes['permissions_boundary']))).toEqual(
      new Set([account.serviceBoundary]),
    );
  });

  it('each may do all that its own policies say', () => {
    const identity = statements.map(({ effect, actions, resources: arns }) => ({
      ...{ Effect: effect as 'Allow', Action: actions },
      Resource: arns.map((arn) => arn.replaceAll('<reference>', 'filled-in')),
    }));
    const own: PolicyDocument = { Version: '2012-10-17', Statement: identity };
    const attached = resources.filter(({ type }) => type === 'aws_iam_role_policy_attachment');

    expect(statements.every(({ effect, inverted }) => effect === 'Allow' && inverted.length === 0)).toBe(true);
    expect(new Set(calls.map(({ action }) => action)).size).toBeGreaterThan(35);
    expect(calls.filter((call) => decide(call, { identity: [own], boundary: [boundary] }) !== 'allowed')).toEqual([]);
    expect([...new Set(attached.map(({ attributes }) => attributes['policy_arn']))]).toEqual(MANAGED);
  });

  it('none may escalate, even where its policy allowed everything', () => {
    const region = regions[0] as string;
    const ask = (action: string, resource: string, requested = region) =>
      decide(
        { action, resource, context: { 'aws:RequestedRegion': requested } },
        { identity: [EVERYTHING], boundary: [boundary] },
      );
    const names = [
      ...stacks.flatMap(({ stack, names: { aws_iam_role: own = [] } }) => [...own, deployRoleName(account, stack)]),
      planRoleName(account),
    ];
    const parameters = stacks.flatMap(({ states }) =>
      states.flatMap(({ name, publishes }) => [
        `${region}/_states/${name}`,
        ...publishes.map((each) => `${each.region}/${each.contract}/x`),
      ]),
    );
    const states = stacks.flatMap(({ stack, states: own }) =>
      own.map((state) => `arn:aws:s3:::${account.bucketPrefix}-${state.region}/${stack}/${state.name}.tfstate`),
    );
    const decisions = [
      ...names.flatMap((name) =>
        ['sts:AssumeRole', 'iam:PassRole', 'iam:PutRolePolicy', 'iam:DeleteRolePermissionsBoundary'].map((action) =>
          ask(action, `${iam}:role/${name}`),
        ),
      ),
      ...['iam:CreatePolicyVersion', 'iam:DeletePolicy'].map((action) => ask(action, account.serviceBoundary)),
      ...['iam:CreateUser', 'iam:CreateAccessKey', 'organizations:LeaveOrganization'].map((each) => ask(each, '*')),
      ...states.flatMap((state) => ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'].map((each) => ask(each, state))),
      ...parameters.flatMap((path) =>
        ['ssm:GetParameter', 'ssm:PutParameter', 'ssm:DeleteParameter'].map((action) =>
          ask(action, `arn:aws:ssm:${region}:${accountId}:parameter/${platform}/${environment}/${path}`),
        ),
      ),
      ...['ec2:RunInstances', 'lambda:CreateFunction'].map((action) => ask(action, '*', 'sa-east-1')),
    ];

    expect(decisions.length).toBeGreaterThan(200);
    expect(new Set(decisions)).toEqual(new Set(['denied']));
  });

  it('no deploy role makes a role without it, takes it from one, or changes it', () => {
    const decisions = stacks.flatMap((own) => {
      const { policies, boundary: limit } = deployRolePolicies(own, stacks, account);
      const ask = (action: string, resource: string, context = {}) =>
        decide({ action, resource, context }, { identity: policies, boundary: [limit] });
      const roleArns = (own.names['aws_iam_role'] ?? []).map((name) => `${iam}:role/${name}`);
      return roleArns.map((role) => ({
        limited: ask('iam:CreateRole', role, { 'iam:PermissionsBoundary': account.serviceBoundary }),
        others: [
          ask('iam:CreateRole', role),
          ask('iam:CreateRole', role, { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' }),
          ask('iam:PutRolePermissionsBoundary', role, { 'iam:PermissionsBoundary': `${iam}:policy/mine` }),
          ask('iam:DeleteRolePermissionsBoundary', role),
          ask('iam:PutRolePolicy', role),
          ask('iam:CreatePolicyVersion', account.serviceBoundary),
          ask('iam:DeletePolicy', account.serviceBoundary),
        ],
      }));
    });

    expect(decisions.length).toBeGreaterThan(10);
    expect(new Set(decisions.map(({ limited }) => limited))).toEqual(new Set(['allowed']));
    expect(new Set(decisions.flatMap(({ others }) => others))).toEqual(new Set(['denied']));
  });
});
