import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ROLE_KEY_PREFIX } from '../../endpoint/calls/credential-scope';
import { TestSandbox } from '../../testing/test-sandbox';

let aws: TestSandbox;
const opened: { destroy(): void }[] = [];
const REGION = 'us-east-1';
const TABLE = `arn:aws:dynamodb:${REGION}:000000000000:table/control`;

beforeEach(async () => {
  aws = await TestSandbox.start();
  aws.terraform.apply('aws_iam_role', {
    name: 'controller',
    assume_role_policy:
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}',
  });
  for (const name of ['control', 'other']) {
    aws.terraform.apply('aws_dynamodb_table', {
      name,
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'item',
      attribute: [{ name: 'item', type: 'S' }],
    });
  }
});

afterEach(async () => {
  for (const client of opened.splice(0)) client.destroy();
  await aws.close();
});

const grant = (...statements: readonly object[]) =>
  aws.terraform.apply('aws_iam_role_policy', {
    name: `policy-${Math.random()}`,
    role: 'controller',
    policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });

/** A client with the credentials that a function of the role has. */
function as<Client extends { destroy(): void }>(make: (settings: ReturnType<TestSandbox['client']>) => Client): Client {
  const credentials = { accessKeyId: `${ROLE_KEY_PREFIX}controller`, secretAccessKey: 'x', sessionToken: 'x' };
  const client = make({ ...aws.client(REGION), credentials });
  opened.push(client);
  return client;
}

const dynamodb = () => as((settings) => new DynamoDBClient(settings));
const read = (TableName = 'control') =>
  dynamodb().send(new GetItemCommand({ TableName, Key: { item: { S: 'control' } } }));
const write = () => dynamodb().send(new PutItemCommand({ TableName: 'control', Item: { item: { S: 'control' } } }));

describe('a function', () => {
  it('may do what its role allows, and nothing else, to nothing else', async () => {
    grant({ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: TABLE });

    await expect(read()).resolves.toBeDefined();
    await expect(write()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::000000000000:assumed-role/controller is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`,
    });
    await expect(read('other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('may not what a statement denies, whatever another one allows', async () => {
    grant({ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' });
    await expect(write()).resolves.toBeDefined();
    grant({ Effect: 'Deny', Action: 'dynamodb:Put*', Resource: '*' });

    await expect(write()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(read()).resolves.toBeDefined();
  });

  it('is told in the words of each protocol, and may always ask who it is', async () => {
    await expect(
      as((settings) => new SNSClient(settings)).send(
        new PublishCommand({ TopicArn: `arn:aws:sns:${REGION}:000000000000:t`, Message: 'x' }),
      ),
    ).rejects.toThrow(/not authorized to perform: sns:Publish/);
    await expect(
      as((settings) => new STSClient(settings)).send(new GetCallerIdentityCommand({})),
    ).resolves.toMatchObject({ Account: '000000000000' });
  });
});

describe('what a call needs', () => {
  const needed = (service: string, operation: string, input: Record<string, unknown>) =>
    aws.services.endpoints
      .find(({ api }) => api.signingName === service)
      ?.permissions({ operation, input, region: REGION, accountId: '1' })
      .map(({ action, resource }) => `${action} ${resource}`);

  it.each([
    [
      'rds',
      'FailoverGlobalCluster',
      { GlobalClusterIdentifier: 'orders', TargetDbClusterIdentifier: 'arn:cluster' },
      ['rds:FailoverGlobalCluster arn:aws:rds::1:global-cluster:orders', 'rds:FailoverGlobalCluster arn:cluster'],
    ],
    [
      'rds-data',
      'ExecuteStatement',
      { resourceArn: 'arn:cluster', secretArn: 'arn:secret' },
      ['rds-data:ExecuteStatement arn:cluster', 'secretsmanager:GetSecretValue arn:secret'],
    ],
    ['monitoring', 'GetMetricData', {}, ['cloudwatch:GetMetricData *']],
    ['s3', 'HeadObject', { Bucket: 'b', Key: 'k' }, ['s3:GetObject arn:aws:s3:::b/k']],
    [
      'lambda',
      'Invoke',
      { FunctionName: 'arn:aws:lambda:us-east-1:1:function:f' },
      ['lambda:InvokeFunction arn:aws:lambda:us-east-1:1:function:f'],
    ],
    ['lambda', 'Invoke', { FunctionName: 'f' }, ['lambda:InvokeFunction arn:aws:lambda:us-east-1:1:function:f']],
  ])('of %s %s is named by its members', (service, operation, input, expected) => {
    expect(needed(service, operation, input)).toEqual(expected);
  });
});
