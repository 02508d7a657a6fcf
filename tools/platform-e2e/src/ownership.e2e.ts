/** Each stack's deploy role may do what its stack needs, and of another stack's resources, states and parameters nothing; all that names an owner agrees. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  actionsOfType,
  allActions,
  DEPLOY_ACTIONS,
  type DeployAccount,
  type DeployedStack,
  deployRolePolicies,
  factsOf,
  planRolePolicies,
  readDeployedStack,
} from '@dr/deploy-roles';
import { decide, listOf, type PolicyStatement, type RequestContext } from '@dr/iam-policy';
import { createNodes, syncOwners } from '@dr/stack-plugin';
import { FsTree } from 'nx/src/generators/tree';
import { accountIdOf, ENVIRONMENTS, platformOf, readManifest, readResources, STACKS, SYNTHESIZED } from './synthesized';
import { WORKSPACE } from './workspace';

const ENVIRONMENT = 'prod';

const stacks = STACKS.map((stack) => readDeployedStack(join(SYNTHESIZED, ENVIRONMENT, stack)));
const regions = [...new Set(stacks.flatMap(({ states }) => states.map(({ region }) => region)))].sort();
const account: DeployAccount = {
  platform: platformOf(ENVIRONMENT),
  environment: ENVIRONMENT,
  accountId: accountIdOf(ENVIRONMENT),
  regions,
  bucketPrefix: 'states',
  serviceBoundary: 'arn:aws:iam::aws:policy/limit',
};

const PREFIX = `${account.platform}-${ENVIRONMENT}`;

const roles = new Map(stacks.map((stack) => [stack.stack, deployRolePolicies(stack, stacks, account)]));

function decideFor(role: string, action: string, resource: string, context: RequestContext = {}) {
  const { policies = [], boundary } = roles.get(role) ?? {};
  if (boundary === undefined) throw new Error(`${role} has no role`);
  return decide({ action, resource, context }, { identity: policies, boundary: [boundary] });
}

const tags = (of: 'ResourceTag' | 'RequestTag', stack: string): RequestContext => ({
  [`aws:${of}/platform`]: account.platform,
  [`aws:${of}/environment`]: ENVIRONMENT,
  [`aws:${of}/stack`]: stack,
});

/** Kinds that IAM knows by names, and the type that has them. */
const NAMED_KINDS: Readonly<Record<string, string>> = {
  'dynamodb:table': 'aws_dynamodb_table',
  'iam:role': 'aws_iam_role',
  'kms:alias': 'aws_kms_alias',
  's3:bucket': 'aws_s3_bucket',
};

/** An ARN of a stack's resource of a kind, with its own name where IAM goes by names. */
function arnOf({ stack, names, states }: DeployedStack, kind: string): string {
  const name = names[NAMED_KINDS[kind] ?? '']?.[0];
  if (kind === 'kms:alias') return `arn:aws:kms:${regions[0]}:${account.accountId}:${name}`;
  if (kind === 'ssm:parameter') {
    const [published] = states.flatMap(({ publishes }) => publishes);
    const path = `${account.platform}/${ENVIRONMENT}/${published?.region}/${published?.contract}/value`;
    return `arn:aws:ssm:${published?.store}:${account.accountId}:parameter/${path}`;
  }
  const pattern = (DEPLOY_ACTIONS.kinds[kind] as string)
    .replace('{account}', account.accountId)
    .replace(/^(arn:aws:[a-z0-9-]+):\*:/, `$1:${regions[0]}:`);
  if (name !== undefined) return pattern.replace(/\{prefix\}-\*$/, name);
  const [balancer] = names['aws_lb'] ?? [];
  if (kind.endsWith('loadbalancer/app/') && balancer !== undefined)
    return pattern.replace(/\{prefix\}-\*$/, `${balancer}/1`);
  return pattern.replace('{prefix}', PREFIX).replace('*', `${stack}-1`);
}

/** Actions of a web ACL's association that are about the load balancer, and not the type's own kind. */
const OF_BALANCERS: readonly string[] = ['elasticloadbalancing:SetWebAcl', 'wafv2:DisassociateWebACL'];

/** Requests that an action on a resource of a stack makes: one for each kind that it is about. */
function requestsOf(owner: DeployedStack, type: string, action: string) {
  if (OF_BALANCERS.includes(action)) return [arnOf(owner, 'elasticloadbalancing:loadbalancer/app/')];
  const own = actionsOfType(type).on;
  const { on } = factsOf(action);
  // Of several kinds, those of other types are optional or the stack's as well.
  const kinds = own !== undefined && on.includes(own) ? [own] : on;
  return kinds.length === 0 ? ['*'] : kinds.map((kind) => arnOf(owner, kind));
}

const changesOf = (type: string, ...what: readonly ('create' | 'update' | 'delete')[]) => [
  ...new Set(what.flatMap((each) => actionsOfType(type)[each]).filter((action) => !factsOf(action).reads)),
];

/**
 * Calls that AWS can limit by neither tag nor name, and that a role has whose stack uses the type: settings of a whole
 * account, task definitions, health checks, zones. A new one is to be seen here.
 */
const UNLIMITED: Readonly<Record<string, readonly string[]>> = {
  compute: [
    'ecr:PutReplicationConfiguration',
    'ecs:DeregisterTaskDefinition',
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:PutResourcePolicy',
  ],
  data: ['backup-storage:MountCapsule'],
  'global-dns': [
    'logs:DeleteResourcePolicy',
    'logs:PutResourcePolicy',
    'route53:ChangeTagsForResource',
    'route53:CreateHealthCheck',
    'route53:CreateQueryLoggingConfig',
    'route53:DeleteHealthCheck',
    'route53:DeleteQueryLoggingConfig',
    'route53:UpdateHealthCheck',
  ],
  network: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'route53:ChangeTagsForResource',
    'route53:CreateHostedZone',
    'route53:DeleteHostedZone',
    'route53:UpdateHostedZoneComment',
  ],
};

it('the table of actions has every type that any environment deploys, and no other', () => {
  const used = new Set(ENVIRONMENTS.flatMap((each) => readResources(each).map(({ type }) => type)));

  expect(used.size).toBeGreaterThanOrEqual(79);
  expect(Object.keys(DEPLOY_ACTIONS.types).sort()).toEqual([...used].sort());
});

it.each(STACKS)('the role of %s has no call without a limit but those that are listed', (stack) => {
  const statements = roles.get(stack)?.policies.flatMap(({ Statement }) => listOf<PolicyStatement>(Statement)) ?? [];
  const unlimited = statements
    .filter(({ Sid }) => Sid?.startsWith('Unlimited'))
    .flatMap(({ Action }) => listOf(Action));

  expect(unlimited.sort()).toEqual(UNLIMITED[stack]);
});

describe.each(stacks)('the role of $stack', (own) => {
  it('makes, changes and deletes what its stack has', () => {
    const asked: string[] = [];
    const refused: string[] = [];
    for (const type of own.types) {
      if (type === 'aws_route53_record') continue;
      for (const action of changesOf(type, 'create', 'update', 'delete')) {
        if (['iam:CreateServiceLinkedRole', 'cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'].includes(action))
          continue;
        const isMade = actionsOfType(type).create.includes(action) && factsOf(action).requestTag;
        for (const resource of requestsOf(own, type, action)) {
          const context = {
            ...tags(isMade ? 'RequestTag' : 'ResourceTag', own.stack),
            'iam:PermissionsBoundary': account.serviceBoundary,
          };
          asked.push(action);
          if (decideFor(own.stack, action, resource, context) !== 'allowed')
            refused.push(`${type}: ${action} ${resource}`);
        }
      }
    }

    expect(asked.length).toBeGreaterThan(20);
    expect(refused).toEqual([]);
  });

  it('reads the configuration of every type of its stack', () => {
    const reads = own.types.filter((type) => type !== 'aws_ssm_parameter').flatMap((type) => actionsOfType(type).read);
    const context = tags('ResourceTag', own.stack);

    expect(reads.filter((action) => decideFor(own.stack, action, '*', context) !== 'allowed')).toEqual(
      // On the stack's own secret alone.
      reads.filter((action) => action === 'secretsmanager:GetSecretValue'),
    );
  });

  it('reads what it reads, writes what it publishes, and keeps its states', () => {
    const { states } = own;
    const parameter = (store: string, path: string) =>
      `arn:aws:ssm:${store}:${account.accountId}:parameter/${account.platform}/${ENVIRONMENT}/${path}`;
    for (const { publishes, reads, name, region } of states) {
      const state = `arn:aws:s3:::states-${region}/${own.stack}/${name}.tfstate`;
      const record = parameter(region, `${region}/_states/${name}`);
      expect(
        [
          ...publishes.map((each) =>
            decideFor(own.stack, 'ssm:PutParameter', parameter(each.store, `${each.region}/${each.contract}/x`)),
          ),
          ...reads.map((each) =>
            decideFor(own.stack, 'ssm:GetParametersByPath', parameter(each.store, `${each.region}/${each.contract}`)),
          ),
          ...['s3:GetObject', 's3:PutObject'].map((action) => decideFor(own.stack, action, state)),
          ...['s3:PutObject', 's3:DeleteObject'].map((action) => decideFor(own.stack, action, `${state}.tflock`)),
          decideFor(own.stack, 'ssm:PutParameter', record),
        ].filter((decision) => decision !== 'allowed'),
      ).toEqual([]);
    }
  });
});

const pairs = stacks.flatMap((actor) =>
  stacks.filter((other) => other !== actor).map((other) => [actor.stack, other.stack, other] as const),
);

describe.each(pairs)('the role of %s', (actor, _other, owner) => {
  it(`neither changes nor deletes what ${owner.stack} has, whatever tags its request sets`, () => {
    const asked: string[] = [];
    const allowed: string[] = [];
    for (const type of owner.types) {
      for (const action of changesOf(type, 'update', 'delete')) {
        for (const resource of requestsOf(owner, type, action)) {
          for (const spoofed of [{}, tags('RequestTag', actor)]) {
            asked.push(action);
            const context = { ...tags('ResourceTag', owner.stack), ...spoofed };
            if (decideFor(actor, action, resource, context) === 'allowed') allowed.push(action);
          }
        }
      }
    }

    expect(asked.length).toBeGreaterThan(20);
    expect([...new Set(allowed)].filter((action) => !UNLIMITED[actor]?.includes(action))).toEqual([]);
  });

  it(`is denied deletions of ${owner.stack} by its boundary, even where a policy allowed everything`, () => {
    const boundary = roles.get(actor)?.boundary;
    const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } as const;
    const deletes = owner.types
      .flatMap((type) => changesOf(type, 'delete').map((action) => [type, action] as const))
      .filter(([, action]) => factsOf(action).resourceTag);
    const decisions = deletes.flatMap(([type, action]) =>
      requestsOf(owner, type, action).map((resource) => {
        const request = { action, resource, context: tags('ResourceTag', owner.stack) };
        return [action, decide(request, { identity: [everything], boundary: boundary ? [boundary] : [] })] as const;
      }),
    );

    expect(decisions.length).toBeGreaterThan(5);
    expect(decisions.filter(([, decision]) => decision === 'allowed')).toEqual([]);
  });

  it(`neither reads nor writes states of ${owner.stack}, nor writes or deletes its parameters and records`, () => {
    const allowed: string[] = [];
    let asked = 0;
    const ask = (action: string, resource: string) => {
      asked += 1;
      if (decideFor(actor, action, resource) !== 'denied') allowed.push(`${action} ${resource}`);
    };
    for (const { name, region, publishes } of owner.states) {
      const state = `arn:aws:s3:::states-${region}/${owner.stack}/${name}.tfstate`;
      for (const action of ['GetObject', 'GetObjectVersion', 'PutObject', 'DeleteObject', 'DeleteObjectVersion']) {
        ask(`s3:${action}`, state);
        ask(`s3:${action}`, `${state}.tflock`);
      }
      const paths = [`${region}/_states/${name}`, ...publishes.map((each) => `${each.region}/${each.contract}/x`)];
      for (const path of paths) {
        for (const action of ['PutParameter', 'DeleteParameter', 'DeleteParameters', 'AddTagsToResource']) {
          ask(
            `ssm:${action}`,
            `arn:aws:ssm:${region}:${account.accountId}:parameter/${account.platform}/${ENVIRONMENT}/${path}`,
          );
        }
      }
    }

    expect(asked).toBeGreaterThan(20);
    expect(allowed).toEqual([]);
  });

  it(`may not take the roles of ${owner.stack} for itself, nor any role that deploys`, () => {
    const iam = `arn:aws:iam::${account.accountId}:role`;
    const names = [
      ...(owner.names['aws_iam_role'] ?? []),
      `${PREFIX}-deploy-${owner.stack}`,
      `${PREFIX}-deploy-${actor}`,
    ];
    const actions = allActions(actionsOfType('aws_iam_role')).filter((action) => !factsOf(action).reads);

    for (const name of names) {
      for (const action of [...actions, 'iam:PutRolePolicy', 'iam:PassRole', 'iam:DeleteRolePermissionsBoundary']) {
        expect([action, decideFor(actor, action, `${iam}/${name}`, tags('ResourceTag', actor))]).not.toContain(
          'allowed',
        );
      }
    }
  });
});

it('the network team can neither write the parameters of data, read its states, nor delete its database', () => {
  const { accountId } = account;
  const [region] = regions;
  const ofData = tags('ResourceTag', 'data');

  expect([
    decideFor(
      'network',
      'ssm:PutParameter',
      `arn:aws:ssm:${region}:${accountId}:parameter/${account.platform}/${ENVIRONMENT}/${region}/database/writer-endpoint`,
    ),
    decideFor('network', 's3:GetObject', `arn:aws:s3:::states-${region}/data/data-${region}.tfstate`),
    decideFor(
      'network',
      'rds:DeleteDBCluster',
      `arn:aws:rds:${region}:${accountId}:cluster:${PREFIX}-trading-${region}`,
      ofData,
    ),
    decideFor(
      'network',
      'dynamodb:DeleteTable',
      `arn:aws:dynamodb:${region}:${accountId}:table/${PREFIX}-control`,
      ofData,
    ),
    decideFor('network', 'kms:ScheduleKeyDeletion', `arn:aws:kms:${region}:${accountId}:key/1`, ofData),
  ]).toEqual(['denied', 'denied', 'denied', 'denied', 'denied']);
});

it('records are changed by the role of the stack that names them, and by no other', () => {
  const names = 'route53:ChangeResourceRecordSetsNormalizedRecordNames';
  const zone = 'arn:aws:route53:::hostedzone/Z1';
  const records = stacks.flatMap(({ stack, names: { aws_route53_record: own = [] } }) =>
    own.map((name) => [stack, name.replace('*', 'token')]),
  );

  expect(records.length).toBeGreaterThan(5);
  for (const [owner, name = ''] of records) {
    const may = STACKS.filter(
      (stack) => decideFor(stack, 'route53:ChangeResourceRecordSets', zone, { [names]: [name] }) === 'allowed',
    );
    expect([name, may]).toEqual([name, [owner]]);
  }
});

it('the role that plans may only read, and the value of a secret only of this environment', () => {
  const policies = planRolePolicies(stacks, account);
  const plan = (action: string, context: RequestContext = {}) =>
    decide({ action, resource: '*', context }, { identity: policies });
  const changes = Object.entries(DEPLOY_ACTIONS.actions).filter(([, { reads }]) => !reads);

  expect(changes.length).toBeGreaterThan(200);
  expect(changes.filter(([action]) => plan(action, tags('ResourceTag', 'data')) === 'allowed')).toEqual([]);
  expect(plan('secretsmanager:GetSecretValue', tags('ResourceTag', 'data'))).toBe('allowed');
  expect(
    plan('secretsmanager:GetSecretValue', { ...tags('ResourceTag', 'data'), 'aws:ResourceTag/environment': 'dev' }),
  ).toBe('not allowed');
});

describe('the owner of a stack', () => {
  it.each(STACKS)(
    '%s is the same in the tag of its project, in its code owners and in the tags of its resources',
    async (stack) => {
      const { owner, states } = readManifest(ENVIRONMENT, stack);
      const root = `apps/${stack}`;
      const [, infer] = createNodes;
      const [[, { projects = {} }] = ['', {}]] = await infer(
        [`${root}/tsconfig.json`, `${root}/src/main.ts`],
        undefined,
        {
          workspaceRoot: WORKSPACE,
          nxJsonConfiguration: {},
        },
      );
      const codeOwners = readFileSync(join(WORKSPACE, '.github/CODEOWNERS'), 'utf8');

      expect(projects[root]?.tags).toEqual(['type:stack', `owner:${owner}`]);
      expect(codeOwners).toMatch(new RegExp(`^/${root}/ @[\\w-]+/${owner}$`, 'm'));
      expect(states.length).toBeGreaterThan(0);
      for (const { folder } of states) {
        const { provider } = JSON.parse(
          readFileSync(join(SYNTHESIZED, ENVIRONMENT, stack, folder, 'cdk.tf.json'), 'utf8'),
        );
        expect(provider.aws[0].default_tags[0].tags).toMatchObject({ owner, stack });
      }
    },
  );

  it('is followed by all that nx sync writes', async () => {
    const tree = new FsTree(WORKSPACE, false);

    expect(await syncOwners(tree)).toEqual({});
    const main = textOf(tree, 'apps/data/src/main.ts');
    tree.write('apps/data/src/main.ts', main.replace(/owner: '[\w-]+'/, "owner: 'other-team'"));
    expect(await syncOwners(tree)).toEqual({ outOfSyncMessage: expect.stringContaining('.github/CODEOWNERS') });
    expect(textOf(tree, '.github/CODEOWNERS')).toMatch(/^\/apps\/data\/ @[\w-]+\/other-team$/m);
    expect(textOf(tree, 'module-boundaries.json')).toContain('"sourceTag": "owner:other-team"');
  });
});

const textOf = (tree: FsTree, file: string): string => tree.read(file, 'utf8') ?? '';
