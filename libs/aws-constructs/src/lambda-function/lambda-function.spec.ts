import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '@dr/environments';
import { PlatformState, synthesizeStack } from '@dr/platform-stack';
import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import type { Construct } from 'constructs';
import { LambdaFunction, type LambdaFunctionProps } from './lambda-function';

const workingDirectory = process.cwd();
let folder: string;
let archive: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dr-lambda-')));
  archive = writeArchive('handlers', 'the code');
});

afterEach(() => {
  process.chdir(workingDirectory);
  rmSync(folder, { recursive: true, force: true });
});

/** Writes an archive into a subfolder and returns its path. */
function writeArchive(subfolder: string, content: string): string {
  mkdirSync(join(folder, subfolder), { recursive: true });
  const path = join(folder, subfolder, 'watch.zip');
  writeFileSync(path, content);
  return path;
}

function defineFunction(scope: Construct, changes: Partial<LambdaFunctionProps> = {}): LambdaFunction {
  return new LambdaFunction(scope, 'Watch', {
    functionName: 'orders-watch',
    roleName: 'orders-watch-eu-west-1',
    description: 'Watches orders',
    archive,
    memoryMb: 256,
    timeoutSeconds: 5,
    reservedConcurrency: 20,
    logRetentionDays: 14,
    logKmsKeyArn: 'arn:aws:kms:key',
    environment: { TABLE_NAME: 'orders' },
    statements: [],
    ...changes,
  });
}

function synthesizeFunction(changes: Partial<LambdaFunctionProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    defineFunction(scope, changes);
  });
}

/** Paths of all files below a folder, relative to it, sorted. */
function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile())
    .sort();
}

describe('LambdaFunction', () => {
  it('runs on ARM with tracing, structured logs and a concurrency of its own, after its policy is there', () => {
    expect(synthesizeFunction().resource('aws_lambda_function')).toEqual({
      function_name: 'orders-watch',
      description: 'Watches orders',
      role: expect.stringMatching(/^\$\{aws_iam_role\.Watch_Role_[0-9A-F]{8}\.arn\}$/),
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: expect.any(String),
      source_code_hash: expect.any(String),
      memory_size: 256,
      timeout: 5,
      reserved_concurrent_executions: 20,
      tracing_config: { mode: 'Active' },
      logging_config: {
        log_format: 'JSON',
        log_group: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.Watch_LogGroup_[0-9A-F]{8}\.name\}$/),
      },
      environment: { variables: { NODE_OPTIONS: '--enable-source-maps', TABLE_NAME: 'orders' } },
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.Watch_Policy_[0-9A-F]{8}$/)],
    });
  });

  it('has an encrypted log group with retention', () => {
    expect(synthesizeFunction().resource('aws_cloudwatch_log_group')).toEqual({
      name: '/aws/lambda/orders-watch',
      retention_in_days: 14,
      kms_key_id: 'arn:aws:kms:key',
    });
  });

  it('has a role that only Lambda assumes', () => {
    const role = synthesizeFunction().resource('aws_iam_role');

    expect(role).toMatchObject({ name: 'orders-watch-eu-west-1', description: 'Role of function orders-watch' });
    expect(JSON.parse(String(role['assume_role_policy']))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
  });

  it('may write its own log and traces, and what its statements say', () => {
    const conditions = { StringEquals: { 'cloudwatch:namespace': 'Orders' } };
    const statements = [
      { actions: ['dynamodb:GetItem'], resources: ['table-under-test'] },
      { actions: ['cloudwatch:PutMetricData'], resources: ['*'], conditions },
    ];

    const { policy } = synthesizeFunction({ statements }).resource('aws_iam_role_policy');

    expect(JSON.parse(String(policy))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.Watch_LogGroup_[0-9A-F]{8}\.arn\}:\*$/)],
        },
        { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: ['*'] },
        { Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: ['table-under-test'] },
        { Effect: 'Allow', Action: ['cloudwatch:PutMetricData'], Resource: ['*'], Condition: conditions },
      ],
    });
  });

  it('keeps events that it failed on, where it is told to, in an encrypted queue over TLS', () => {
    const state = synthesizeFunction({
      deadLetters: { queueName: 'orders-watch-failed', kmsKeyArn: 'arn:aws:kms:key' },
    });

    const queueArn = expect.stringMatching(/^\$\{aws_sqs_queue\.Watch_DeadLetters_[0-9A-F]{8}\.arn\}$/);
    expect(state.resource('aws_sqs_queue')).toEqual({
      name: 'orders-watch-failed',
      message_retention_seconds: 1_209_600,
      kms_master_key_id: 'arn:aws:kms:key',
    });
    expect(JSON.parse(String(state.resource('aws_sqs_queue_policy')['policy']))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: queueArn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
    expect(state.resource('aws_lambda_function')['dead_letter_config']).toEqual({ target_arn: queueArn });
    expect(JSON.parse(String(state.resource('aws_iam_role_policy')['policy'])).Statement.slice(2)).toEqual([
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [queueArn] },
      { Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: ['arn:aws:kms:key'] },
    ]);
  });

  it('is not public unless it is told to be', () => {
    expect(synthesizeFunction().inventory()).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_lambda_function: 1,
    });
  });
});

describe('LambdaFunction.addPublicUrl', () => {
  it('adds a URL without authentication, and both permissions that one needs', () => {
    const state = synthesizeConstructs((scope) => {
      defineFunction(scope).addPublicUrl();
    });

    const functionName = expect.stringMatching(/^\$\{aws_lambda_function\.Watch_[0-9A-F]{8}\.function_name\}$/);
    expect(state.resource('aws_lambda_function_url')).toEqual({
      function_name: functionName,
      authorization_type: 'NONE',
    });
    expect(state.resources('aws_lambda_permission')).toEqual([
      {
        statement_id: 'AllowInvokeByFunctionUrl',
        action: 'lambda:InvokeFunction',
        function_name: functionName,
        principal: '*',
        invoked_via_function_url: true,
      },
      {
        statement_id: 'AllowPublicFunctionUrl',
        action: 'lambda:InvokeFunctionUrl',
        function_name: functionName,
        principal: '*',
        function_url_auth_type: 'NONE',
      },
    ]);
  });
});

describe("the archive of a LambdaFunction's code", () => {
  it('fails synthesis with its path when it is not there', () => {
    const missing = join(folder, 'handlers', 'missing.zip');

    expect(() => synthesizeFunction({ archive: missing })).toThrow(
      new Error(
        `constructs/Watch: archive is ${missing}, expected an existing zip file. Build the stack's handlers first.`,
      ),
    );
  });

  it('is named relative to the state, where a copy of it is', () => {
    const outdir = join(folder, 'out');

    synthesizeStack({ name: 'orders', owner: 'test-team' }, loadEnvironment('local'), outdir, (app) => {
      defineFunction(new PlatformState(app, 'orders', { ...app.stateProps, region: 'us-east-1' }));
    });

    // md5 of "the code", as `printf 'the code' | md5sum | tr a-f A-F` prints it.
    expect(filesBelow(join(outdir, 'stacks/orders/assets'))).toEqual([
      expect.stringMatching(/^Watch_Code_[0-9A-F]{8}\/8696A1BAD3DE27904AEDBB7B848E064C\/watch\.zip$/),
    ]);
    expect(synthesizeFunction().resource('aws_lambda_function')['filename']).toMatch(
      /^assets\/Watch_Code_[0-9A-F]{8}\/8696A1BAD3DE27904AEDBB7B848E064C\/watch\.zip$/,
    );
  });

  it('is found and named the same from any working directory', () => {
    process.chdir(folder);
    const fromFolder = synthesizeFunction().json;
    process.chdir('/');
    const fromRoot = synthesizeFunction().json;

    expect(fromRoot).toEqual(fromFolder);
  });

  it('is named the same wherever it was built', () => {
    const elsewhere = writeArchive('another/checkout', 'the code');

    expect(synthesizeFunction({ archive: elsewhere }).json).toEqual(synthesizeFunction().json);
  });

  it('changes the hash that Lambda deploys by when the code changes, and only then', () => {
    const changed = writeArchive('changed', 'other code');

    // base64 of sha256, as `printf 'the code' | openssl dgst -sha256 -binary | base64` prints it.
    expect(synthesizeFunction().resource('aws_lambda_function')['source_code_hash']).toBe(
      'JuoIlK19xhWlSLBfEW8HamerY/BkUhdOJDjbcWOTxeE=',
    );
    expect(synthesizeFunction({ archive: changed }).resource('aws_lambda_function')['source_code_hash']).toBe(
      'Qc59OswdYlsNxw1G6bazc3tElt2jMD9rB4FjQ4GjvWo=',
    );
  });

  it('runs in a VPC when it has a place there, with what Lambda needs for its network interfaces', () => {
    const inVpc = synthesizeFunction({ network: { subnetIds: ['subnet-1'], securityGroupIds: ['group-1'] } });
    const policy = (state: SynthesizedState) => String(state.resource('aws_iam_role_policy')['policy']);

    expect(inVpc.resource('aws_lambda_function')['vpc_config']).toEqual({
      subnet_ids: ['subnet-1'],
      security_group_ids: ['group-1'],
    });
    expect(policy(inVpc)).toContain('ec2:CreateNetworkInterface');
    expect(synthesizeFunction().resource('aws_lambda_function')).not.toHaveProperty('vpc_config');
    expect(policy(synthesizeFunction())).not.toContain('ec2:');
  });
});
