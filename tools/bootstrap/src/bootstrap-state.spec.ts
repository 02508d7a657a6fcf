import type { DeployedStack } from '@dr/deploy-roles';
import { type Environment, loadEnvironment } from '@dr/environments';
import { type SynthesizedState, synthesizeForTest } from '@dr/testing';
import { BootstrapState } from './bootstrap-state';

const published = { contract: 'mail', region: 'us-east-1', store: 'us-east-1', hash: 'h' };

const mail: DeployedStack = {
  stack: 'mail',
  owner: 'mail-team',
  states: [{ name: 'mail-us-east-1', region: 'us-east-1', publishes: [published], reads: [] }],
  types: ['aws_sqs_queue', 'aws_ssm_parameter'],
  names: {},
};

/** Settings of an environment on AWS, in the regions of the tests. */
const PROD: Environment = {
  ...loadEnvironment('local'),
  ...{ name: 'prod', accountId: '222222222222' },
  stateBackend: { kind: 's3', bucketPrefix: 'dr-prod-tfstate-222222222222' },
};

function bootstrap(environment = PROD, stacks: readonly DeployedStack[] = [mail]): SynthesizedState {
  return synthesizeForTest((app) => {
    new BootstrapState(app, { repository: 'acme/trading', stacks });
  }, environment).state('bootstrap-us-east-1');
}

const state = bootstrap();

const BUCKETS = ['dr-prod-tfstate-222222222222-us-east-1', 'dr-prod-tfstate-222222222222-us-west-2'];

describe('what a bootstrap makes', () => {
  it('is all that deploys need, and nothing besides', () => {
    expect(state.inventory()).toEqual({
      aws_iam_openid_connect_provider: 1,
      aws_iam_policy: 4,
      aws_iam_role: 3,
      aws_iam_role_policy: 1,
      aws_iam_role_policy_attachment: 2,
      aws_s3_bucket: 2,
      aws_s3_bucket_lifecycle_configuration: 2,
      aws_s3_bucket_ownership_controls: 2,
      aws_s3_bucket_policy: 2,
      aws_s3_bucket_public_access_block: 2,
      aws_s3_bucket_replication_configuration: 2,
      aws_s3_bucket_server_side_encryption_configuration: 2,
      aws_s3_bucket_versioning: 2,
    });
  });

  it('is a bucket in each region, where the states of that region are', () => {
    const buckets = state.resources('aws_s3_bucket');

    expect(buckets).toEqual([
      { bucket: BUCKETS[0], region: 'us-east-1', lifecycle: { prevent_destroy: true } },
      { bucket: BUCKETS[1], region: 'us-west-2', lifecycle: { prevent_destroy: true } },
    ]);
  });

  it('keeps versions, encrypts, is closed to the public and takes TLS alone, in each region', () => {
    for (const [type, expected] of [
      ['aws_s3_bucket_versioning', { versioning_configuration: { status: 'Enabled' } }],
      [
        'aws_s3_bucket_server_side_encryption_configuration',
        { rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }] },
      ],
      [
        'aws_s3_bucket_public_access_block',
        {
          block_public_acls: true,
          block_public_policy: true,
          ignore_public_acls: true,
          restrict_public_buckets: true,
        },
      ],
      ['aws_s3_bucket_ownership_controls', { rule: { object_ownership: 'BucketOwnerEnforced' } }],
    ] as const) {
      expect(state.resources(type)).toEqual([
        expect.objectContaining({ region: 'us-east-1', ...expected }),
        expect.objectContaining({ region: 'us-west-2', ...expected }),
      ]);
    }
    for (const { policy } of state.resources('aws_s3_bucket_policy')) {
      expect(JSON.parse(String(policy)).Statement).toEqual([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]);
    }
  });

  it('copies each bucket to the other one, once both keep versions', () => {
    const replications = state.resources('aws_s3_bucket_replication_configuration');

    expect(replications).toEqual([
      expect.objectContaining({
        region: 'us-east-1',
        bucket: expect.stringContaining('StatesUsEast1_Versioning'),
        rule: [
          expect.objectContaining({
            status: 'Enabled',
            delete_marker_replication: { status: 'Enabled' },
            destination: { bucket: expect.stringContaining('StatesUsWest2') },
          }),
        ],
        depends_on: expect.arrayContaining([expect.stringContaining('StatesUsWest2_Versioning')]),
      }),
      expect.objectContaining({
        region: 'us-west-2',
        bucket: expect.stringContaining('StatesUsWest2_Versioning'),
        rule: [expect.objectContaining({ destination: { bucket: expect.stringContaining('StatesUsEast1') } })],
        depends_on: expect.arrayContaining([expect.stringContaining('StatesUsEast1_Versioning')]),
      }),
    ]);
  });

  it('is a bucket too in a region that serves nothing and has a state, copied to the primary', () => {
    const monitoring = {
      ...mail,
      stack: 'monitoring',
      states: [{ ...mail.states[0], name: 'm', region: 'eu-west-1' }],
    } as DeployedStack;
    const { bucket, rule } =
      bootstrap(PROD, [mail, monitoring])
        .resources('aws_s3_bucket_replication_configuration')
        .find(({ region }) => region === 'eu-west-1') ?? {};

    expect(bucket).toEqual(expect.stringContaining('StatesEuWest1'));
    expect(rule).toEqual([
      expect.objectContaining({ destination: { bucket: expect.stringContaining('StatesUsEast1') } }),
    ]);
    expect(bootstrap(PROD, [mail, monitoring]).resources('aws_s3_bucket')).toHaveLength(3);
  });

  it('is a role for each stack, limited by a boundary, for jobs of its environment', () => {
    const roles = state.resources('aws_iam_role');
    const deploy = roles.find(({ name }) => name === 'dr-prod-deploy-mail');

    expect(roles.map(({ name }) => name)).toEqual(['dr-prod-deploy-mail', 'dr-prod-plan', 'dr-prod-state-replication']);
    expect(deploy).toMatchObject({
      description: 'Deploys mail of mail-team',
      max_session_duration: 7200,
      permissions_boundary: expect.stringContaining('DeployMail_Boundary'),
    });
    expect(JSON.parse(String(deploy?.['assume_role_policy'])).Statement.Condition.StringEquals).toEqual({
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      'token.actions.githubusercontent.com:sub': ['repo:acme/trading:environment:prod'],
    });
  });

  it('is the boundary of every role that a stack makes, which its own roles have not', () => {
    const boundary = state.resources('aws_iam_policy').find(({ name }) => name === 'dr-prod-service-boundary');
    const { Statement: statements } = JSON.parse(String(boundary?.['policy']));
    const [, , otherRegions] = statements;

    expect(otherRegions.Condition).toEqual({
      StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-west-2', 'us-east-2'] },
    });
    expect(boundary?.['lifecycle']).toEqual({ prevent_destroy: true });
    expect(JSON.stringify(state.resources('aws_iam_role'))).not.toContain('service-boundary');
  });

  it('trusts GitHub for tokens that are meant for AWS', () => {
    expect(state.resource('aws_iam_openid_connect_provider')).toEqual({
      url: 'https://token.actions.githubusercontent.com',
      client_id_list: ['sts.amazonaws.com'],
    });
  });

  it('is in a state of the bucket that it makes', () => {
    expect(state.json['terraform']).toMatchObject({
      backend: { s3: { bucket: BUCKETS[0], key: 'stack-under-test/bootstrap-us-east-1.tfstate', use_lockfile: true } },
    });
  });

  it('is nothing for an environment whose states are in no bucket', () => {
    expect(() => bootstrap(loadEnvironment('local'))).toThrow(
      'stateBackend of the environment local is local, expected s3: only an environment with state buckets is bootstrapped. Name another: npx nx run bootstrap:deploy -c <environment>',
    );
  });
});
