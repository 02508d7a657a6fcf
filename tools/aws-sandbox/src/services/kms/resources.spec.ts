import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const kms = (call: string, refusal: string) =>
  `operation error KMS: ${call}, https response error StatusCode: 400, ${refusal}`;

describe('a key', () => {
  it("has AWS's identifiers and the policy that AWS gives", () => {
    const key = terraform.apply('aws_kms_key', { enable_key_rotation: true });

    expect(key).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
      key_id: key['id'],
      arn: `arn:aws:kms:us-east-1:000000000000:key/${String(key['id'])}`,
      rotation_period_in_days: 365,
      multi_region: false,
    });
    expect(JSON.parse(String(key['policy']))).toMatchObject({
      Statement: [{ Principal: { AWS: 'arn:aws:iam::000000000000:root' } }],
    });
  });

  it('of many regions is named so', () => {
    expect(terraform.apply('aws_kms_key', { multi_region: true })['id']).toMatch(/^mrk-[0-9a-f]{32}$/);
  });

  it('waits for its deletion: gone for Terraform, kept in the account, and of no use any more', () => {
    terraform.close();
    terraform = new TerraformClient({ clock: () => new Date('2026-01-01T00:00:00Z') });
    const key = terraform.apply('aws_kms_key', { deletion_window_in_days: 7 });

    terraform.destroy('aws_kms_key', key);

    expect(terraform.refresh('aws_kms_key', key)).toBeNull();
    expect(terraform.account.find('aws_kms_key', 'us-east-1', String(key['id']))?.internal).toEqual({
      pendingDeletion: true,
      deletionDate: '2026-01-08T00:00:00.000Z',
    });
    expect(terraform.refusal('aws_kms_alias', { name: 'alias/data', target_key_id: key['id'] ?? null })).toEqual([
      `creating KMS Alias (alias/data): ${kms('CreateAlias', `KMSInvalidStateException: ${String(key['arn'])} is pending deletion.`)}`,
      'target_key_id',
    ]);
  });

  it('is refused a policy that is no JSON', () => {
    expect(terraform.refusal('aws_kms_key', { policy: '{' })).toEqual([
      `creating KMS Key: ${kms('CreateKey', 'MalformedPolicyDocumentException: Policy is not valid JSON')}`,
      'policy',
    ]);
  });
});

describe('an alias', () => {
  const alias = (key: ObjectValue, change: ObjectValue = {}): ObjectValue => ({
    name: 'alias/data',
    target_key_id: key['id'] ?? null,
    ...change,
  });

  it('follows its key', () => {
    const [one, two] = [terraform.apply('aws_kms_key', {}), terraform.apply('aws_kms_key', {})];

    const state = terraform.apply('aws_kms_alias', alias(one));
    const moved = terraform.apply('aws_kms_alias', alias(two), state);

    expect(state).toMatchObject({
      arn: 'arn:aws:kms:us-east-1:000000000000:alias/data',
      target_key_arn: one['arn'],
    });
    expect(moved['target_key_arn']).toBe(two['arn']);
  });

  it.each([
    [
      'for a key that is not there',
      { target_key_id: 'missing' },
      "NotFoundException: Key 'missing' does not exist",
      'target_key_id',
    ],
    [
      'without its prefix',
      { name: 'data' },
      `InvalidAliasNameException: Alias must start with the prefix "alias/" and hold letters, digits, '/', '_' and '-' only: data`,
      'name',
    ],
    [
      'of AWS',
      { name: 'alias/aws/data' },
      'NotAuthorizedException: You cannot create, change or delete aliases that are reserved by AWS',
      'name',
    ],
  ])('is refused %s', (_what, change: ObjectValue, refusal, path) => {
    const key = terraform.apply('aws_kms_key', {});

    expect(terraform.refusal('aws_kms_alias', alias(key, change))).toEqual([
      `creating KMS Alias (${String(change['name'] ?? 'alias/data')}): ${kms('CreateAlias', refusal)}`,
      path,
    ]);
  });

  it('is refused for a key of another region, and a second time', () => {
    const west = terraform.apply('aws_kms_key', { region: 'us-west-2' });
    const key = terraform.apply('aws_kms_key', {});
    terraform.apply('aws_kms_alias', alias(key));

    expect(terraform.refusal('aws_kms_alias', alias(west, { name: 'alias/west' }))?.[0]).toBe(
      `creating KMS Alias (alias/west): ${kms('CreateAlias', `NotFoundException: Key '${String(west['id'])}' does not exist`)}`,
    );
    expect(terraform.refusal('aws_kms_alias', alias(key))).toEqual([
      `creating KMS Alias (alias/data): ${kms('CreateAlias', 'AlreadyExistsException: An alias with the name arn:aws:kms:us-east-1:000000000000:alias/data already exists')}`,
      'name',
    ]);
  });

  it('names a key for others', () => {
    terraform.apply('aws_kms_alias', alias(terraform.apply('aws_kms_key', {})));
    const secure = (key: string) =>
      terraform.refusal('aws_ssm_parameter', {
        name: key.replace(/\W/g, '-'),
        type: 'SecureString',
        value: 'x',
        key_id: key,
      });

    expect(secure('alias/data')).toBeUndefined();
    expect(secure('arn:aws:kms:us-east-1:000000000000:alias/data')).toBeUndefined();
    expect(secure('arn:aws:kms:us-west-2:000000000000:alias/data')?.[1]).toBe('key_id');
  });
});
