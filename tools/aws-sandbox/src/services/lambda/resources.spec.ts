import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectValue } from '../../model/value';
import { TerraformClient, networkOf } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const lambda = (call: string, refusal: string, status = 400) =>
  `operation error Lambda: ${call}, https response error StatusCode: ${status}, ${refusal}`;

/** SHA-256 of `zip one` and `zip two`, in base64. */
const [HASH_ONE, HASH_TWO] = [
  'PjzjMMgBV6wdmaqugxllcILaXFBgpdPIJ9gh/QfVc8k=',
  'c4YC8dvB/0NnpWwyctBJqnOgnUQlkSwd8yOrNxaX0TU=',
];

const file = (name: string, content: string): string => {
  writeFileSync(join(terraform.home, name), content);
  return join(terraform.home, name);
};

const roleArn = (): string =>
  String(
    terraform.apply('aws_iam_role', {
      name: 'api',
      assume_role_policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      }),
    })['arn'],
  );

const api = (role: string, change: ObjectValue = {}): ObjectValue => ({
  function_name: 'api',
  role,
  runtime: 'nodejs20.x',
  handler: 'index.handler',
  filename: file('api.zip', 'zip one'),
  ...change,
});

const creating = (refusal: string, name = 'api') =>
  `creating Lambda Function (${name}): ${lambda('CreateFunction', refusal)}`;

describe('a function', () => {
  it("has AWS's names and defaults", () => {
    terraform.close();
    terraform = new TerraformClient({ clock: () => new Date('2026-01-02T03:04:05.678Z') });

    const state = terraform.apply('aws_lambda_function', api(roleArn()));

    expect(state).toMatchObject({
      id: 'api',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:api',
      qualified_arn: 'arn:aws:lambda:us-east-1:000000000000:function:api:$LATEST',
      invoke_arn:
        'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:api/invocations',
      last_modified: '2026-01-02T03:04:05.678+0000',
      version: '$LATEST',
      architectures: ['x86_64'],
      memory_size: 128,
      timeout: 3,
      code_sha256: HASH_ONE,
      source_code_hash: HASH_ONE,
      source_code_size: 7,
    });
  });

  it('keeps its code with the account, old and new', () => {
    const role = roleArn();
    const state = terraform.apply('aws_lambda_function', api(role, { source_code_hash: HASH_ONE }));

    const updated = terraform.apply(
      'aws_lambda_function',
      api(role, { filename: file('other.zip', 'zip two'), source_code_hash: HASH_TWO }),
      state,
    );

    expect(updated).toMatchObject({ code_sha256: HASH_TWO, source_code_size: 7 });
    expect(terraform.account.code.read(HASH_ONE)?.toString()).toBe('zip one');
    expect(terraform.account.code.read(HASH_TWO)?.toString()).toBe('zip two');
  });

  it('finds its package from the folder that Terraform runs in', () => {
    terraform.close();
    terraform = new TerraformClient({ home: terraform.home, workingFolder: terraform.home });
    file('api.zip', 'zip one');

    const state = terraform.apply('aws_lambda_function', api(roleArn(), { filename: './api.zip' }));

    expect(state['code_sha256']).toBe(HASH_ONE);
  });

  it('is refused a package that is not there, before any call', () => {
    expect(terraform.refusal('aws_lambda_function', api(roleArn(), { filename: '/missing/api.zip' }))).toEqual([
      'creating Lambda Function (api): reading ZIP file (/missing/api.zip): open /missing/api.zip: no such file or directory',
      'filename',
    ]);
    expect(terraform.account.list('aws_lambda_function')).toEqual([]);
  });

  it('is refused a role that is not there', () => {
    expect(terraform.refusal('aws_lambda_function', api('arn:aws:iam::000000000000:role/missing'))).toEqual([
      creating('InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.'),
      'role',
    ]);
  });

  it.each([
    [
      'without a runtime',
      { runtime: null },
      'InvalidParameterValueException: Runtime and Handler are mandatory parameters for functions created with deployment packages.',
      'runtime',
    ],
    [
      'in a subnet that is not there',
      { vpc_config: [{ subnet_ids: ['subnet-0'], security_group_ids: [] }] },
      "InvalidParameterValueException: Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'subnet-0' does not exist",
      'vpc_config.0.subnet_ids',
    ],
    [
      'with a security group that is not there',
      { vpc_config: [{ subnet_ids: [], security_group_ids: ['sg-0'] }] },
      "InvalidParameterValueException: Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-0' does not exist",
      'vpc_config.0.security_group_ids',
    ],
    [
      'with a key that is not there',
      { kms_key_arn: 'arn:aws:kms:us-east-1:000000000000:key/k' },
      'InvalidParameterValueException: Lambda was unable to configure access to your environment variables because the KMS key is invalid. Please check your KMS key ID: arn:aws:kms:us-east-1:000000000000:key/k',
      'kms_key_arn',
    ],
  ])('is refused %s', (_what, change, refusal, path) => {
    expect(terraform.refusal('aws_lambda_function', api(roleArn(), change))).toEqual([creating(refusal), path]);
  });

  it('has a name once in a region', () => {
    const role = roleArn();
    terraform.apply('aws_lambda_function', api(role));

    expect(terraform.refusal('aws_lambda_function', api(role))).toEqual([
      `creating Lambda Function (api): ${lambda('CreateFunction', 'ResourceConflictException: Function already exist: api', 409)}`,
      'function_name',
    ]);
    expect(terraform.refusal('aws_lambda_function', api(role, { region: 'us-west-2' }))).toBeUndefined();
  });

  it('keeps its security group and subnet from being deleted', () => {
    const { subnetIds, groupId, group } = networkOf(terraform);
    const state = terraform.apply(
      'aws_lambda_function',
      api(roleArn(), { vpc_config: [{ subnet_ids: subnetIds, security_group_ids: [groupId] }] }),
    );

    expect(terraform.refusalOfDestroy('aws_security_group', group)?.[0]).toContain('DependencyViolation');
    terraform.destroy('aws_lambda_function', state);
    expect(terraform.destroy('aws_security_group', group)).toEqual([]);
  });
});

describe('a function URL', () => {
  const url = { function_name: 'api', authorization_type: 'NONE' };

  it("has AWS's form and is one a function", () => {
    terraform.apply('aws_lambda_function', api(roleArn()));

    const state = terraform.apply('aws_lambda_function_url', url);

    expect(state).toMatchObject({
      id: 'api',
      function_arn: 'arn:aws:lambda:us-east-1:000000000000:function:api',
      function_url: expect.stringMatching(/^https:\/\/[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws\/$/),
    });
    expect(terraform.refusal('aws_lambda_function_url', url)).toEqual([
      `creating Lambda Function URL (api): ${lambda('CreateFunctionUrlConfig', 'ResourceConflictException: Failed to create function url config for [functionArn = arn:aws:lambda:us-east-1:000000000000:function:api]. Error message:  FunctionUrlConfig exists for this Lambda function', 409)}`,
      'function_name',
    ]);
  });

  it('is refused for a function that is not there', () => {
    expect(terraform.refusal('aws_lambda_function_url', url)).toEqual([
      `creating Lambda Function URL (api): ${lambda('CreateFunctionUrlConfig', 'ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:api', 404)}`,
      'function_name',
    ]);
  });

  it('goes with its function, and permissions too', () => {
    const state = terraform.apply('aws_lambda_function', api(roleArn()));
    terraform.apply('aws_lambda_function_url', url);
    terraform.apply('aws_lambda_permission', {
      function_name: 'api',
      statement_id: 'public',
      action: 'lambda:InvokeFunctionUrl',
      principal: '*',
    });

    terraform.destroy('aws_lambda_function', state);

    expect(terraform.account.inventory()).toMatchObject({
      aws_lambda_function: 0,
      aws_lambda_function_url: 0,
      aws_lambda_permission: 0,
    });
  });
});

describe('a permission', () => {
  const permission = (change: ObjectValue = {}): ObjectValue => ({
    function_name: 'api',
    statement_id: 'public',
    action: 'lambda:InvokeFunction',
    principal: 'events.amazonaws.com',
    ...change,
  });

  it('is told by function and statement, and shown by its statement', () => {
    const role = roleArn();
    terraform.apply('aws_lambda_function', api(role));
    terraform.apply('aws_lambda_function', api(role, { function_name: 'web' }));

    const [first, second] = [
      terraform.apply('aws_lambda_permission', permission()),
      terraform.apply('aws_lambda_permission', permission({ function_name: 'web' })),
    ];

    expect([first['id'], second['id']]).toEqual(['public', 'public']);
    terraform.destroy('aws_lambda_permission', first);
    expect(terraform.refresh('aws_lambda_permission', first)).toBeNull();
    expect(terraform.refresh('aws_lambda_permission', second)).toEqual(second);
  });

  it('is refused for an action that is none, and a second time', () => {
    terraform.apply('aws_lambda_function', api(roleArn()));
    terraform.apply('aws_lambda_permission', permission());

    expect(
      terraform.refusal('aws_lambda_permission', permission({ statement_id: 'x', action: 'InvokeFunction' })),
    ).toEqual([
      `creating Lambda Permission: ${lambda('AddPermission', "ValidationException: 1 validation error detected: Value 'InvokeFunction' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])")}`,
      'action',
    ]);
    expect(terraform.refusal('aws_lambda_permission', permission())).toEqual([
      `creating Lambda Permission: ${lambda('AddPermission', 'ResourceConflictException: The statement id (public) provided already exists. Please provide a new statement id, or remove the existing statement.', 409)}`,
      'statement_id',
    ]);
  });
});
