import { type AccessRequest, decide, listOf, type PolicyStatement } from '@dr/iam-policy';
import { type DeployAccount, deployRoleName, deployRolePolicies, planRoleName, planRolePolicies } from './deploy-role';
import type { DeployedStack } from './deployed-stack';

const account: DeployAccount = {
  platform: 'acme',
  environment: 'prod',
  accountId: '111111111111',
  regions: ['eu-west-1', 'eu-central-1'],
  bucketPrefix: 'acme-states',
  serviceBoundary: 'arn:aws:iam::111111111111:policy/acme-prod-service-boundary',
};

const contract = (name: string) => ({ contract: name, region: 'eu-west-1', store: 'eu-west-1', hash: 'h' });

const mail: DeployedStack = {
  stack: 'mail',
  owner: 'mail-team',
  states: [{ name: 'mail-eu-west-1', region: 'eu-west-1', publishes: [contract('mail')], reads: [] }],
  types: [
    ...['aws_iam_role', 'aws_iam_role_policy', 'aws_s3_bucket', 'aws_s3_bucket_policy'],
    ...['aws_s3_bucket_replication_configuration', 'aws_sqs_queue', 'aws_ssm_parameter'],
  ],
  names: { aws_s3_bucket: ['acme-prod-letters'], aws_iam_role: ['acme-prod-postman'] },
};

const orders: DeployedStack = {
  stack: 'orders',
  owner: 'orders-team',
  states: [
    {
      name: 'orders-eu-west-1',
      region: 'eu-west-1',
      publishes: [contract('orders')],
      reads: [{ ...contract('mail'), outputs: [] }],
    },
  ],
  types: ['aws_route53_record', 'aws_sqs_queue', 'aws_ssm_parameter'],
  names: { aws_route53_record: ['orders.example.com'] },
};

const control: DeployedStack = {
  stack: 'ledger',
  owner: 'data-team',
  states: [{ name: 'ledger-eu-west-1', region: 'eu-west-1', publishes: [contract('control-table')], reads: [] }],
  types: ['aws_dynamodb_table'],
  names: { aws_dynamodb_table: ['acme-prod-activity', 'acme-prod-control'] },
};

const stacks = [mail, orders, control];

const tagsOf = (of: 'ResourceTag' | 'RequestTag', stack: string, environment = 'prod') => ({
  [`aws:${of}/platform`]: 'acme',
  [`aws:${of}/environment`]: environment,
  [`aws:${of}/stack`]: stack,
});

/** Decision for the role of a stack. */
function of(own: DeployedStack, action: string, resource: string, context: AccessRequest['context'] = {}) {
  const { policies, boundary } = deployRolePolicies(own, stacks, account);
  return decide({ action, resource, context }, { identity: policies, boundary: [boundary] });
}

const QUEUE = 'arn:aws:sqs:eu-west-1:111111111111:acme-prod-returns';

describe('the role that deploys a stack', () => {
  it.each([
    ['sqs:DeleteQueue', QUEUE, tagsOf('ResourceTag', 'mail'), 'allowed'],
    ['sqs:SetQueueAttributes', QUEUE, tagsOf('ResourceTag', 'mail'), 'allowed'],
    ['sqs:DeleteQueue', QUEUE, tagsOf('ResourceTag', 'orders'), 'denied'],
    ['sqs:SetQueueAttributes', QUEUE, tagsOf('ResourceTag', 'orders'), 'not allowed'],
    ['sqs:DeleteQueue', QUEUE, tagsOf('ResourceTag', 'mail', 'dev'), 'not allowed'],
    ['sqs:DeleteQueue', QUEUE, {}, 'not allowed'],
    ['sqs:DeleteQueue', QUEUE.replace('acme-prod', 'acme-dev'), tagsOf('ResourceTag', 'mail'), 'not allowed'],
    ['sqs:CreateQueue', QUEUE, tagsOf('RequestTag', 'mail'), 'allowed'],
    ['sqs:CreateQueue', QUEUE, tagsOf('RequestTag', 'orders'), 'not allowed'],
    ['sqs:CreateQueue', QUEUE, {}, 'not allowed'],
    ['sqs:TagQueue', QUEUE, tagsOf('RequestTag', 'mail'), 'allowed'],
    ['sqs:TagQueue', QUEUE, { ...tagsOf('RequestTag', 'mail'), ...tagsOf('ResourceTag', 'orders') }, 'not allowed'],
    ['sqs:GetQueueAttributes', QUEUE, tagsOf('ResourceTag', 'orders'), 'allowed'],
    ['sqs:ReceiveMessage', QUEUE, tagsOf('ResourceTag', 'mail'), 'not allowed'],
    ['sns:CreateTopic', 'arn:aws:sns:eu-west-1:111111111111:acme-prod-x', tagsOf('RequestTag', 'mail'), 'not allowed'],
  ])('of %s on a queue %s with %j is %s', (action, resource, context, decision) => {
    expect(of(mail, action, resource, context)).toBe(decision);
  });

  it.each([
    ['s3:PutBucketPolicy', 'arn:aws:s3:::acme-prod-letters', 'allowed'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::acme-prod-letters2', 'not allowed'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::acme-states-eu-west-1', 'not allowed'],
    ['s3:GetObject', 'arn:aws:s3:::acme-states-eu-west-1/mail/mail-eu-west-1.tfstate', 'allowed'],
    ['s3:PutObject', 'arn:aws:s3:::acme-states-eu-west-1/mail/mail-eu-west-1.tfstate', 'allowed'],
    ['s3:DeleteObject', 'arn:aws:s3:::acme-states-eu-west-1/mail/mail-eu-west-1.tfstate', 'not allowed'],
    ['s3:DeleteObject', 'arn:aws:s3:::acme-states-eu-west-1/mail/mail-eu-west-1.tfstate.tflock', 'allowed'],
    ['s3:GetObject', 'arn:aws:s3:::acme-states-eu-west-1/orders/orders-eu-west-1.tfstate', 'denied'],
    ['s3:GetObjectVersion', 'arn:aws:s3:::acme-states-eu-west-1/orders/orders-eu-west-1.tfstate', 'denied'],
    ['s3:PutObject', 'arn:aws:s3:::acme-states-eu-west-1/mailing/x.tfstate', 'denied'],
    ['s3:GetObject', 'arn:aws:s3:::acme-prod-letters/letter', 'denied'],
    ['s3:ListBucket', 'arn:aws:s3:::acme-states-eu-central-1', 'allowed'],
    ['iam:PassRole', 'arn:aws:iam::111111111111:role/acme-prod-postman', 'allowed'],
    ['iam:PutRolePolicy', 'arn:aws:iam::111111111111:role/acme-prod-deploy-mail', 'denied'],
    ['iam:DeleteRole', 'arn:aws:iam::111111111111:role/acme-prod-postman', 'allowed'],
    ['iam:UpdateAssumeRolePolicy', 'arn:aws:iam::111111111111:role/acme-prod-postman', 'allowed'],
    ['iam:DeleteRolePermissionsBoundary', 'arn:aws:iam::111111111111:role/acme-prod-postman', 'denied'],
    ['iam:CreatePolicyVersion', 'arn:aws:iam::111111111111:policy/acme-prod-service-boundary', 'denied'],
    ['iam:DeletePolicy', 'arn:aws:iam::111111111111:policy/acme-prod-service-boundary', 'denied'],
    ['iam:SetDefaultPolicyVersion', 'arn:aws:iam::111111111111:policy/acme-prod-service-boundary', 'denied'],
    ['iam:CreateUser', 'arn:aws:iam::111111111111:user/x', 'denied'],
    ['iam:CreatePolicyVersion', 'arn:aws:iam::111111111111:policy/acme-prod-deploy-mail-1', 'denied'],
    ['iam:GetRole', 'arn:aws:iam::111111111111:role/acme-prod-deploy-mail', 'allowed'],
    ['dynamodb:GetItem', 'arn:aws:dynamodb:eu-west-1:111111111111:table/acme-prod-control', 'allowed'],
    ['dynamodb:GetItem', 'arn:aws:dynamodb:eu-west-1:111111111111:table/acme-prod-activity', 'not allowed'],
    ['ec2:CreateVpc', 'arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1', 'not allowed'],
  ])('of %s on %s is %s', (action, resource, decision) => {
    expect(of(mail, action, resource)).toBe(decision);
  });

  it.each(['iam:CreateRole', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'])(
    'of %s is allowed of its own role with the boundary of services, and of no other and with no other',
    (action) => {
      const limited = (boundary?: string, role = 'postman') =>
        of(mail, action, `arn:aws:iam::111111111111:role/acme-prod-${role}`, {
          ...tagsOf('ResourceTag', 'mail'),
          ...tagsOf('RequestTag', 'mail'),
          ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
        });

      expect(limited(account.serviceBoundary)).toBe('allowed');
      expect(limited()).toBe('denied');
      expect(limited('arn:aws:iam::aws:policy/AdministratorAccess')).toBe('denied');
      expect(limited(account.serviceBoundary, 'other')).toBe('denied');
    },
  );

  it.each([
    ['orders/queue-url', 'ssm:PutParameter', 'allowed'],
    ['orders/queue-url', 'ssm:GetParameter', 'allowed'],
    ['mail/returns-arn', 'ssm:GetParameter', 'allowed'],
    ['mail', 'ssm:GetParametersByPath', 'allowed'],
    ['mail/returns-arn', 'ssm:PutParameter', 'denied'],
    ['mail/returns-arn', 'ssm:DeleteParameter', 'denied'],
    ['mail/returns-arn', 'ssm:AddTagsToResource', 'denied'],
    ['control-table', 'ssm:GetParametersByPath', 'allowed'],
    ['other/secret', 'ssm:GetParameter', 'denied'],
    ['_states/orders-eu-west-1', 'ssm:PutParameter', 'allowed'],
    ['_states/mail-eu-west-1', 'ssm:GetParameterHistory', 'allowed'],
    ['_states/mail-eu-west-1', 'ssm:PutParameter', 'denied'],
  ])('of the parameter %s: %s is %s', (name, action, decision) => {
    const parameter = `arn:aws:ssm:eu-west-1:111111111111:parameter/acme/prod/eu-west-1/${name}`;
    expect(of(orders, action, parameter)).toBe(decision);
  });

  it('changes the records of its names, in any zone, and no others', () => {
    const names = 'route53:ChangeResourceRecordSetsNormalizedRecordNames';
    const changes = (changed?: readonly string[]) =>
      of(
        orders,
        'route53:ChangeResourceRecordSets',
        'arn:aws:route53:::hostedzone/Z1',
        changed === undefined ? {} : { [names]: changed },
      );

    expect(changes(['orders.example.com'])).toBe('allowed');
    expect(changes(['orders.example.com', 'example.com'])).toBe('not allowed');
    expect(changes()).toBe('not allowed');
  });

  it.each([
    [mail, 'iam:PutRolePolicy', 'arn:aws:iam::111111111111:role/acme-prod-deploy-mail'],
    [mail, 'iam:PutRolePolicy', 'arn:aws:iam::111111111111:role/acme-prod-other'],
    [mail, 's3:DeleteBucket', 'arn:aws:s3:::acme-prod-other'],
    [mail, 'sqs:DeleteQueue', QUEUE],
    [control, 'dynamodb:DeleteTable', 'arn:aws:dynamodb:eu-west-1:111111111111:table/acme-prod-other'],
  ])('is limited by its policies, and not by its boundary alone: %o may not %s on %s', (own, action, resource) => {
    const { policies } = deployRolePolicies(own, stacks, account);
    const context = tagsOf('ResourceTag', 'other');

    expect(decide({ action, resource, context }, { identity: policies })).toBe('not allowed');
  });

  it('has a name', () => {
    expect([deployRoleName(account, 'mail'), planRoleName(account)]).toEqual([
      'acme-prod-deploy-mail',
      'acme-prod-plan',
    ]);
  });

  it('of a type that nobody knows is refused', () => {
    expect(() => deployRolePolicies({ ...mail, types: ['aws_quicksight_theme'] }, stacks, account)).toThrow(
      'aws_quicksight_theme: no actions are known that deploy it, expected them in libs/deploy-roles/src/deploy-actions.json. Add it to types, and run libs/deploy-roles/scripts/deploy-actions.mjs.',
    );
  });
});

describe('the role that plans', () => {
  const policies = planRolePolicies(stacks, account);
  const plan = (action: string, resource: string, context: AccessRequest['context'] = {}) =>
    decide({ action, resource, context }, { identity: policies });

  it('reads configurations, states and parameters', () => {
    expect(plan('sqs:GetQueueAttributes', QUEUE)).toBe('allowed');
    expect(plan('s3:GetObject', 'arn:aws:s3:::acme-states-eu-west-1/mail/mail-eu-west-1.tfstate')).toBe('allowed');
    expect(plan('ssm:GetParameter', 'arn:aws:ssm:eu-west-1:111111111111:parameter/acme/prod/x/y/z')).toBe('allowed');
    expect(plan('s3:GetObject', 'arn:aws:s3:::acme-prod-letters/letter')).toBe('not allowed');
    expect(plan('ssm:GetParameter', 'arn:aws:ssm:eu-west-1:111111111111:parameter/acme/dev/x/y/z')).toBe('not allowed');
  });

  it('changes nothing: every action that it is allowed only reads', () => {
    const actions = policies
      .flatMap(({ Statement }) => listOf<PolicyStatement>(Statement))
      .flatMap(({ Action }) => listOf(Action));

    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual(['kms:Decrypt']);
  });
});
