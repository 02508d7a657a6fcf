import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

const [EAST, WEST] = ['us-east-1', 'us-west-2'];

let terraform: TerraformClient;
let role: string;

beforeEach(() => {
  terraform = new TerraformClient();
  role = String(
    terraform.apply('aws_iam_role', {
      name: 'replication',
      assume_role_policy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"s3.amazonaws.com"}}]}',
    })['arn'],
  );
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const bucket = (region: string, name = `audit-${region}`) => terraform.apply('aws_s3_bucket', { region, bucket: name });
const version = (region: string, status = 'Enabled') =>
  terraform.apply('aws_s3_bucket_versioning', {
    region,
    bucket: `audit-${region}`,
    versioning_configuration: [{ status }],
  });
const keyIn = (region: string) => String(terraform.apply('aws_kms_key', { region, description: 'audit' })['arn']);

const replication = (destination: ObjectValue = {}, rule: ObjectValue = {}): ObjectValue => ({
  bucket: `audit-${EAST}`,
  role,
  rule: [
    {
      id: 'everything',
      status: 'Enabled',
      filter: [{}],
      delete_marker_replication: [{ status: 'Enabled' }],
      destination: [{ bucket: `arn:aws:s3:::audit-${WEST}`, ...destination }],
      ...rule,
    },
  ],
});

const refused = (type: string, given: ObjectValue) => terraform.refusal(type, given)?.[0];

describe('a bucket', () => {
  it('has the names that AWS gives it', () => {
    expect(bucket(WEST)).toMatchObject({
      id: 'audit-us-west-2',
      arn: 'arn:aws:s3:::audit-us-west-2',
      bucket_domain_name: 'audit-us-west-2.s3.amazonaws.com',
      bucket_regional_domain_name: 'audit-us-west-2.s3.us-west-2.amazonaws.com',
      bucket_region: 'us-west-2',
    });
  });

  it('has a name that nobody else has, in any region', () => {
    bucket(EAST, 'audit');

    expect(refused('aws_s3_bucket', { region: WEST, bucket: 'audit' })).toMatch(/BucketAlreadyOwnedByYou/);
    expect(refused('aws_s3_bucket', { bucket: 'Audit_Records' })).toMatch(/InvalidBucketName/);
  });

  it.each([
    ['aws_s3_bucket_versioning', { versioning_configuration: [{ status: 'Enabled' }] }],
    ['aws_s3_bucket_public_access_block', {}],
    ['aws_s3_bucket_ownership_controls', { rule: [{ object_ownership: 'BucketOwnerEnforced' }] }],
    ['aws_s3_bucket_policy', { policy: '{"Version":"2012-10-17","Statement":[]}' }],
  ] as const)('has to be there for %s', (type, given) => {
    expect(refused(type, { bucket: 'none', ...given })).toMatch(/NoSuchBucket: The specified bucket does not exist/);
  });

  it('takes what is set on it along when it goes, and has no other policy than its own', () => {
    const made = bucket(EAST);
    version(EAST);
    expect(refused('aws_s3_bucket_policy', { bucket: made['id'] ?? null, policy: '{"Statement":[]}' })).toMatch(
      /MalformedPolicy/,
    );

    expect(terraform.destroy('aws_s3_bucket', made)).toEqual([]);
    expect(terraform.account.list('aws_s3_bucket_versioning')).toEqual([]);
  });

  it('takes a lifecycle in the order of its days', () => {
    bucket(EAST);
    const lifecycle = (transition: number, expiration: number) =>
      refused('aws_s3_bucket_lifecycle_configuration', {
        bucket: `audit-${EAST}`,
        rule: [
          {
            id: 'keep',
            status: 'Enabled',
            filter: [{}],
            transition: [{ days: transition, storage_class: 'STANDARD_IA' }],
            expiration: [{ days: expiration }],
          },
        ],
      });

    expect(lifecycle(30, 30)).toMatch(/must be greater than 'Days' in the Transition action/);
    expect(lifecycle(10, 90)).toMatch(/greater than or equal to 30 for storageClass 'STANDARD_IA'/);
    expect(lifecycle(30, 90)).toBeUndefined();
  });
});

describe('a replication', () => {
  it('wants both buckets, and versions in both', () => {
    bucket(EAST);
    expect(refused('aws_s3_bucket_replication_configuration', replication())).toMatch(/Versioning must be 'Enabled'/);
    version(EAST);
    expect(refused('aws_s3_bucket_replication_configuration', replication())).toMatch(/Destination bucket must exist/);
    bucket(WEST);
    expect(refused('aws_s3_bucket_replication_configuration', replication())).toMatch(
      /Destination bucket must have versioning enabled/,
    );
    version(WEST);
    expect(refused('aws_s3_bucket_replication_configuration', replication())).toBeUndefined();
  });

  it('names the key at the other end, and a role', () => {
    for (const region of [EAST, WEST]) {
      bucket(region);
      version(region);
    }
    const encrypted = { source_selection_criteria: [{ sse_kms_encrypted_objects: [{ status: 'Enabled' }] }] };
    const withKey = (key: string) =>
      replication({ encryption_configuration: [{ replica_kms_key_id: key }] }, encrypted);

    expect(refused('aws_s3_bucket_replication_configuration', replication({}, encrypted))).toMatch(
      /ReplicaKmsKeyID must be specified/,
    );
    expect(refused('aws_s3_bucket_replication_configuration', withKey(keyIn(EAST)))).toMatch(
      /KMS key .* does not exist/,
    );
    expect(refused('aws_s3_bucket_replication_configuration', { ...withKey(keyIn(WEST)), role: `${role}x` })).toMatch(
      /role specified in the replication configuration does not exist/,
    );
    expect(refused('aws_s3_bucket_replication_configuration', withKey(keyIn(WEST)))).toBeUndefined();
  });

  it('keeps versions on as long as it is there', () => {
    for (const region of [EAST, WEST]) bucket(region);
    const state = version(EAST);
    version(WEST);
    terraform.apply('aws_s3_bucket_replication_configuration', replication());

    expect(
      terraform.refusal(
        'aws_s3_bucket_versioning',
        { bucket: `audit-${EAST}`, versioning_configuration: [{ status: 'Suspended' }] },
        state,
      )?.[0],
    ).toMatch(/InvalidBucketState/);
  });
});
