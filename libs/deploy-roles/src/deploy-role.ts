import type { Conditions, PolicyDocument, PolicyStatement } from '@dr/iam-policy';
import type { ContractAddress } from '@dr/state-manifest';
import { actionsOfType, allActions, DEPLOY_ACTIONS, factsOf } from './deploy-actions';
import type { DeployedStack } from './deployed-stack';
import { packStatements } from './pack-statements';

/** An environment's account, as its deploy roles need it. */
export interface DeployAccount {
  /** `dr` */
  readonly platform: string;
  /** `prod` */
  readonly environment: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Every region that has states. */
  readonly regions: readonly string[];
  /** A state bucket is `<bucketPrefix>-<region>`. */
  readonly bucketPrefix: string;
  /** ARN of the policy that limits every role that a stack makes. */
  readonly serviceBoundary: string;
}

/** Policies of a role. */
export interface RolePolicies {
  /** Each within the limit of a managed policy, at most ten [IAM quotas]. */
  readonly policies: readonly PolicyDocument[];
  /** Limits what the policies may allow, whoever adds to them. */
  readonly boundary: PolicyDocument;
}

/** Services in which names and not tags say whose a resource is. */
const BY_NAME: readonly string[] = [
  // A bucket's tags count only where attribute-based access was enabled for it [S3 user guide, ABAC for buckets].
  's3',
  // The same of an account's tables [DynamoDB developer guide, ABAC].
  'dynamodb',
  // Who may rewrite a role's policies may do what the role may: the very names.
  'iam',
  // By the parameters' paths, which contracts make.
  'ssm',
];

/**
 * Kinds of resources that nobody has tagged when an action is about them: AWS made them, or they are made without tags.
 * Each action is about a resource of the stack besides, whose tag is tested.
 */
const ALSO_UNTAGGED: Readonly<Record<string, string>> = {
  // The accepter's side of a peering has tags of its own, later.
  'ec2:AcceptVpcPeeringConnection': 'ec2:vpc-peering-connection',
  'ec2:AuthorizeSecurityGroupEgress': 'ec2:security-group-rule',
  'ec2:AuthorizeSecurityGroupIngress': 'ec2:security-group-rule',
  // A subnet goes back to its VPC's default list.
  'ec2:ReplaceNetworkAclAssociation': 'ec2:network-acl',
  'rds:CreateDBClusterSnapshot': 'rds:cluster-snapshot',
  'rds:DeleteDBCluster': 'rds:cluster-snapshot',
};

/** Reads that show data, and so are allowed of the stack's own resources only. */
const SHOWS_DATA: readonly string[] = ['secretsmanager:GetSecretValue'];

/** Reads that a run of any stack makes: which resources a killed apply left. */
const EVERY_RUN: readonly string[] = ['tag:GetResources'];

/** Actions on the objects of a bucket, of which states are some. */
const OBJECT_ACTIONS: readonly string[] = ['s3:GetObject*', 's3:PutObject*', 's3:DeleteObject*', 's3:RestoreObject'];

/** Calls that read parameters. */
export const PARAMETER_READS: readonly string[] = [
  'ssm:GetParameter',
  'ssm:GetParameterHistory',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
];

/** Calls that change parameters, their tags or their versions. */
export const PARAMETER_WRITES: readonly string[] = [
  'ssm:AddTagsToResource',
  'ssm:DeleteParameter',
  'ssm:DeleteParameters',
  'ssm:LabelParameterVersion',
  'ssm:PutParameter',
  'ssm:RemoveTagsFromResource',
  'ssm:UnlabelParameterVersion',
];

/** Calls that give a role rights, or say what limits them. AWS lets a policy test the boundary that the role has then. */
const GIVES_RIGHTS: readonly string[] = [
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
];

/** Name of the contract by which every run finds the control table, to change nothing in the middle of a recovery. */
const CONTROL_TABLE = 'control-table';

/**
 * The policies of the role that deploys a stack. It may change resources that have the stack's tags, make resources that
 * get them, and write the stack's own states, parameters and records; it may read the configuration of resources, and
 * what the stack reads. Where tags cannot be tested, names of the synthesized resources limit it.
 *
 * @param stacks all of the environment, itself among them
 * @throws for a resource type that the table of actions does not have
 */
export function deployRolePolicies(
  own: DeployedStack,
  stacks: readonly DeployedStack[],
  account: DeployAccount,
): RolePolicies {
  const actions = [...new Set(own.types.flatMap((type) => allActions(actionsOfType(type))))].sort();
  const isReadOfAnything = (action: string) => factsOf(action).reads === true && !SHOWS_DATA.includes(action);
  const changes = actions.filter((action) => !isReadOfAnything(action));
  const byTag = changes.filter((action) => !BY_NAME.includes(serviceOf(action)));
  const ofStack = tagConditions('ResourceTag', own, account);

  const tested = byTag.filter((action) => factsOf(action).resourceTag);
  const making = byTag.filter((action) => factsOf(action).requestTag);
  const untagged = byTag.filter((action) => Object.hasOwn(ALSO_UNTAGGED, action));
  const limitedByName = namedStatements(own, changes, account);
  const named = new Set(limitedByName.flatMap(({ Action }) => Action as readonly string[]));
  const unlimited = byTag.filter((action) => {
    const { resourceTag, requestTag } = factsOf(action);
    return !resourceTag && !requestTag && !named.has(action);
  });

  const statements = [
    allow(
      'Reads',
      [...actions.filter((action) => isReadOfAnything(action) && !isOfParameters(action)), ...EVERY_RUN],
      ['*'],
    ),
    ...allowOnTheirKinds('Own', tested, account, { StringEquals: ofStack }),
    ...allowOnTheirKinds('New', making, account, {
      StringEquals: tagConditions('RequestTag', own, account),
      // Of one that is there, which the same call would change.
      StringEqualsIfExists: ofStack,
    }),
    allow(
      'Untagged',
      untagged,
      arnsOf(
        untagged.map((action) => ALSO_UNTAGGED[action] as string),
        account,
      ),
      {
        Null: { 'aws:ResourceTag/stack': 'true' },
      },
    ),
    ...limitedByName,
    ...allowOnTheirKinds('Unlimited', unlimited, account),
    ...stateStatements(own, account),
    ...parameterStatements(own, stacks, account),
  ].filter(({ Action }) => (Action as readonly string[]).length > 0);
  return {
    policies: packStatements([...denials(own, stacks, account), ...statements]),
    boundary: boundaryOf(own, stacks, account),
  };
}

/** Name of the role that deploys a stack: `dr-prod-deploy-data`. */
export function deployRoleName(
  { platform, environment }: Pick<DeployAccount, 'platform' | 'environment'>,
  stack: string,
): string {
  return `${platform}-${environment}-deploy-${stack}`;
}

/** Name of the role that plans all stacks: `dr-prod-plan`. */
export function planRoleName({ platform, environment }: Pick<DeployAccount, 'platform' | 'environment'>): string {
  return `${platform}-${environment}-plan`;
}

/**
 * The policies of the role that plans all stacks of an environment, and changes nothing. Terraform's provider reads a
 * secret's version by its value [terraform-provider-aws, secret_version.go]: of secrets of the environment it may.
 */
export function planRolePolicies(stacks: readonly DeployedStack[], account: DeployAccount): readonly PolicyDocument[] {
  const actions = stacks.flatMap(({ types }) => types.flatMap((type) => allActions(actionsOfType(type))));
  const reads = [...new Set(actions)].filter((action) => factsOf(action).reads).sort();
  const { platform, environment } = account;
  const ofEnvironment = { 'aws:ResourceTag/platform': platform, 'aws:ResourceTag/environment': environment };
  const buckets = account.regions.map((region) => `arn:aws:s3:::${account.bucketPrefix}-${region}`);
  return packStatements(
    [
      allow(
        'Reads',
        [...reads.filter((action) => !SHOWS_DATA.includes(action) && !isOfParameters(action)), ...EVERY_RUN],
        ['*'],
      ),
      allow(
        'Secrets',
        reads.filter((action) => SHOWS_DATA.includes(action)),
        ['*'],
        { StringEquals: ofEnvironment },
      ),
      // The key of a secret, by the service that keeps it.
      allow('SecretKeys', ['kms:Decrypt'], ['*'], {
        StringEquals: ofEnvironment,
        StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' },
      }),
      allow('StateBuckets', ['s3:ListBucket'], buckets),
      allow(
        'States',
        ['s3:GetObject'],
        buckets.map((bucket) => `${bucket}/*`),
      ),
      allow('Parameters', PARAMETER_READS, [`${parameterRoot(account)}/*`]),
      allow('Recovery', ['dynamodb:GetItem'], controlTables(stacks, account)),
    ].filter(({ Action, Resource }) => (Action as []).length > 0 && (Resource as []).length > 0),
  );
}

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Conditions,
): PolicyStatement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

const serviceOf = (action: string) => action.slice(0, action.indexOf(':'));

const isOfParameters = (action: string) => PARAMETER_READS.includes(action);

/** Tags that every resource of a stack has. */
function tagConditions(
  of: 'ResourceTag' | 'RequestTag',
  { stack }: DeployedStack,
  { platform, environment }: DeployAccount,
): Record<string, string> {
  const tags = { platform, environment, stack };
  return Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`aws:${of}/${tag}`, value]));
}

/** Actions on all resources of the kinds that they are about; on `*` those that are about none. */
function allowOnTheirKinds(
  sid: string,
  actions: readonly string[],
  account: DeployAccount,
  condition?: Conditions,
): readonly PolicyStatement[] {
  const of = (hasKind: boolean) => actions.filter((action) => factsOf(action).on.length > 0 === hasKind);
  const kinds = of(true).flatMap((action) => factsOf(action).on);
  return [
    allow(sid, of(true), arnsOf(kinds, account), condition),
    allow(`${sid}OfNoKind`, of(false), ['*'], condition),
  ];
}

/** ARN patterns of kinds of resources, sorted. */
function arnsOf(kinds: readonly string[], { accountId, platform, environment }: DeployAccount): readonly string[] {
  return [...new Set(kinds)]
    .map((kind) => DEPLOY_ACTIONS.kinds[kind] as string)
    .map((arn) => arn.replace('{account}', accountId).replace('{prefix}', `${platform}-${environment}`))
    .sort();
}

/** Statements whose resources are named: those that IAM does not know by tags. */
function namedStatements(
  own: DeployedStack,
  changes: readonly string[],
  account: DeployAccount,
): readonly PolicyStatement[] {
  const { accountId, platform, environment } = account;
  const iam = `arn:aws:iam::${accountId}:role`;
  const namesOf = (type: string) => own.names[type] ?? [];
  const of = (service: string) => changes.filter((action) => serviceOf(action) === service);
  const among = (...names: readonly string[]) => changes.filter((action) => names.includes(action));
  const roles = namesOf('aws_iam_role').map((name) => `${iam}/${name}`);
  const linked = own.types.flatMap((type) => actionsOfType(type).linkedRole ?? []);
  return [
    allow(
      'Buckets',
      of('s3'),
      namesOf('aws_s3_bucket').map((name) => `arn:aws:s3:::${name}`),
    ),
    allow(
      'Tables',
      of('dynamodb'),
      namesOf('aws_dynamodb_table').map((name) => `arn:aws:dynamodb:*:${accountId}:table/${name}`),
    ),
    allow(
      'Roles',
      of('iam').filter((action) => action !== 'iam:CreateServiceLinkedRole' && !GIVES_RIGHTS.includes(action)),
      roles,
    ),
    allow('LimitedRoles', among(...GIVES_RIGHTS), roles, {
      StringEquals: { 'iam:PermissionsBoundary': account.serviceBoundary },
    }),
    allow('LinkedRoles', among('iam:CreateServiceLinkedRole'), [`${iam}/aws-service-role/*`], {
      StringEquals: { 'iam:AWSServiceName': [...new Set(linked)].sort() },
    }),
    // Besides the alias, AWS asks for the same action on the key, whose tag is tested.
    allow(
      'Aliases',
      among('kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'),
      namesOf('aws_kms_alias').map((name) => `arn:aws:kms:*:${accountId}:${name}`),
    ),
    allow('Records', among('route53:ChangeResourceRecordSets'), ['arn:aws:route53:::hostedzone/*'], {
      'ForAllValues:StringLike': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': namesOf('aws_route53_record'),
      },
      Null: { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': 'false' },
    }),
    allow(
      'WebAclOfBalancers',
      among('elasticloadbalancing:SetWebAcl', 'wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL'),
      namesOf('aws_lb').map((name) => `arn:aws:elasticloadbalancing:*:${accountId}:loadbalancer/app/${name}/*`),
    ),
    // Alarms that a target tracking policy makes, by the credentials of whoever sets it, and without tags.
    allow(
      'TrackingAlarms',
      own.types.includes('aws_appautoscaling_policy')
        ? among('cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm')
        : [],
      [`arn:aws:cloudwatch:*:${accountId}:alarm:TargetTracking-service/${platform}-${environment}-*`],
    ),
  ].filter(({ Action, Resource }) => (Action as []).length > 0 && (Resource as []).length > 0);
}

/** Of each region's bucket the folder of the stack. */
function ownStates(
  { stack, states }: DeployedStack,
  { bucketPrefix }: DeployAccount,
  files: string,
): readonly string[] {
  const regions = [...new Set(states.map(({ region }) => region))].sort();
  return regions.map((region) => `arn:aws:s3:::${bucketPrefix}-${region}/${stack}/${files}`);
}

function stateStatements(own: DeployedStack, account: DeployAccount): readonly PolicyStatement[] {
  const buckets = account.regions.map((region) => `arn:aws:s3:::${account.bucketPrefix}-${region}`);
  return [
    allow('StateBuckets', ['s3:ListBucket'], buckets),
    allow('States', ['s3:GetObject', 's3:PutObject'], ownStates(own, account, '*')),
    // Its lock is the only object that Terraform deletes [Terraform, S3 backend].
    allow('StateLocks', ['s3:DeleteObject'], ownStates(own, account, '*.tflock')),
  ];
}

/** Folders of contracts' parameters, in whatever store they are: a contract is of one stack. */
function parameterFolders(
  contracts: readonly Pick<ContractAddress, 'contract' | 'region'>[],
  account: DeployAccount,
): readonly string[] {
  const folders = contracts.map(({ contract, region }) => `${parameterRoot(account)}/${region}/${contract}`);
  return [...new Set(folders)].sort();
}

/** ARN of the parameters of an environment, without their names. */
export const parameterRoot = ({ accountId, platform, environment }: DeployAccount) =>
  `arn:aws:ssm:*:${accountId}:parameter/${platform}/${environment}`;

/** Parameters that contracts publish, and the records of the stack's states. */
function writableParameters({ states }: DeployedStack, account: DeployAccount): readonly string[] {
  const published = states.flatMap(({ publishes }) => publishes);
  return [
    ...parameterFolders(published, account).map((folder) => `${folder}/*`),
    ...states.map(({ name }) => `${parameterRoot(account)}/*/_states/${name}`).sort(),
  ];
}

function readableParameters(
  own: DeployedStack,
  stacks: readonly DeployedStack[],
  account: DeployAccount,
): readonly string[] {
  const control = publishersOf(stacks).flatMap(({ states }) =>
    states.flatMap(({ publishes }) => publishes.filter(({ contract }) => contract === CONTROL_TABLE)),
  );
  const read = own.states.flatMap(({ publishes, reads }) => [...publishes, ...reads]);
  const folders = [...parameterFolders([...read, ...control], account), `${parameterRoot(account)}/*/_states`];
  // A read by path is about the folder.
  return folders.flatMap((folder) => [folder, `${folder}/*`]);
}

/** Stacks that publish the control table. */
function publishersOf(stacks: readonly DeployedStack[]): readonly DeployedStack[] {
  return stacks.filter(({ states }) =>
    states.some(({ publishes }) => publishes.some(({ contract }) => contract === CONTROL_TABLE)),
  );
}

function controlTables(stacks: readonly DeployedStack[], { accountId }: DeployAccount): readonly string[] {
  return publishersOf(stacks)
    .flatMap(({ names }) => names['aws_dynamodb_table'] ?? [])
    .filter((name) => name.endsWith('-control'))
    .map((name) => `arn:aws:dynamodb:*:${accountId}:table/${name}`);
}

function parameterStatements(
  own: DeployedStack,
  stacks: readonly DeployedStack[],
  account: DeployAccount,
): readonly PolicyStatement[] {
  const tables = controlTables(stacks, account);
  return [
    allow('Parameters', PARAMETER_WRITES, writableParameters(own, account)),
    allow('Inputs', PARAMETER_READS, readableParameters(own, stacks, account)),
    // Whether a recovery is under way.
    allow('Recovery', tables.length === 0 ? [] : ['dynamodb:GetItem'], tables),
  ];
}

/** Denials are of everything but the stack's own, so that they hold for stacks that come later. */
function denials(
  own: DeployedStack,
  stacks: readonly DeployedStack[],
  account: DeployAccount,
): readonly PolicyStatement[] {
  return [
    deny('ObjectsOfOthers', OBJECT_ACTIONS, { NotResource: ownStates(own, account, '*') }),
    deny('WritingParametersOfOthers', PARAMETER_WRITES, { NotResource: writableParameters(own, account) }),
    deny('ReadingOtherParameters', PARAMETER_READS, { NotResource: readableParameters(own, stacks, account) }),
  ];
}

/** Every call of IAM that changes anything. */
const IAM_CHANGES = [
  ...[
    'Add',
    'Associate',
    'Attach',
    'Change',
    'Create',
    'Deactivate',
    'Delete',
    'Detach',
    'Disable',
    'Enable',
    'Pass',
    'Put',
  ],
  ...['Remove', 'Reset', 'Resync', 'Set', 'Tag', 'Untag', 'Update', 'Upload'],
].map((verb) => `iam:${verb}*`);

/**
 * The boundary of a deploy role: the services of its stack, and of these neither a deletion of what another stack owns
 * nor a change of another role, of a policy or of a user, nor rights for a role that {@link DeployAccount.serviceBoundary}
 * does not limit, whatever a policy allows.
 */
function boundaryOf(own: DeployedStack, stacks: readonly DeployedStack[], account: DeployAccount): PolicyDocument {
  const actions = own.types.flatMap((type) => allActions(actionsOfType(type)));
  const services = new Set([...actions, ...EVERY_RUN, 's3:', 'ssm:', 'dynamodb:'].map(serviceOf));
  const deletes = stacks
    .flatMap(({ types }) => types.flatMap((type) => actionsOfType(type).delete))
    .filter((action) => factsOf(action).resourceTag && !factsOf(action).reads)
    .map((action) => action.replace(/:Delete.*/, ':Delete*'));
  const iam = `arn:aws:iam::${account.accountId}:role`;
  const Statement = [
    allow(
      'Services',
      [...services].sort().map((service) => `${service}:*`),
      ['*'],
    ),
    deny('DeletingOfOthers', [...new Set(deletes)].sort(), {
      Resource: '*',
      Condition: {
        StringNotEquals: { 'aws:ResourceTag/stack': own.stack },
        Null: { 'aws:ResourceTag/stack': 'false' },
      },
    }),
    deny('UnlimitedRoles', GIVES_RIGHTS, {
      Resource: '*',
      Condition: { StringNotEquals: { 'iam:PermissionsBoundary': account.serviceBoundary } },
    }),
    deny('LiftingLimits', ['iam:DeleteRolePermissionsBoundary'], { Resource: '*' }),
    deny('ChangingIam', IAM_CHANGES, {
      NotResource: [...(own.names['aws_iam_role'] ?? []).map((name) => `${iam}/${name}`), `${iam}/aws-service-role/*`],
    }),
  ];
  return { Version: '2012-10-17', Statement };
}

function deny(Sid: string, Action: readonly string[], rest: Partial<PolicyStatement>): PolicyStatement {
  return { Sid, Effect: 'Deny', Action, ...rest };
}
