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

const secrets = (call: string, refusal: string) =>
  `operation error Secrets Manager: ${call}, https response error StatusCode: 400, ${refusal}`;

const creating = (refusal: string) => `creating Secrets Manager Secret (database): ${secrets('CreateSecret', refusal)}`;

describe('a secret', () => {
  it("has an ARN of AWS's form", () => {
    const secret = terraform.apply('aws_secretsmanager_secret', { name: 'database' });

    expect(secret['arn']).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:database-[A-Za-z0-9]{6}$/);
    expect(secret['id']).toBe(secret['arn']);
    expect(secret['recovery_window_in_days']).toBe(30);
  });

  it('keeps its name taken while it waits for its deletion', () => {
    const secret = terraform.apply('aws_secretsmanager_secret', { name: 'database' });
    expect(terraform.refusal('aws_secretsmanager_secret', { name: 'database' })).toEqual([
      creating('ResourceExistsException: The operation failed because the secret database already exists.'),
      'name',
    ]);

    terraform.destroy('aws_secretsmanager_secret', secret);

    expect(terraform.refresh('aws_secretsmanager_secret', secret)).toBeNull();
    expect(terraform.refusal('aws_secretsmanager_secret', { name: 'database' })).toEqual([
      creating(
        "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
      ),
      'name',
    ]);
  });

  it('is gone at once without a window, and its versions with it', () => {
    const secret = terraform.apply('aws_secretsmanager_secret', { name: 'database', recovery_window_in_days: 0 });
    terraform.apply('aws_secretsmanager_secret_version', { secret_id: secret['id'] ?? null, secret_string: 'x' });

    terraform.destroy('aws_secretsmanager_secret', secret);

    expect(terraform.account.size).toBe(0);
    expect(terraform.refusal('aws_secretsmanager_secret', { name: 'database' })).toBeUndefined();
  });

  it.each([
    [
      { recovery_window_in_days: 3 },
      'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      'recovery_window_in_days',
    ],
    [
      { kms_key_id: 'alias/missing' },
      "EncryptionFailure: Secrets Manager can't encrypt the protected secret text using the provided KMS key alias/missing. Check that the KMS key is available, enabled, and not in an invalid state.",
      'kms_key_id',
    ],
    [
      { replica: [{ region: 'us-east-1' }] },
      'InvalidParameterException: Invalid replica region. A secret cannot be replicated to its own region.',
      'replica',
    ],
    [
      { replica: [{ region: 'us-west-2', kms_key_id: 'alias/missing' }] },
      "EncryptionFailure: Secrets Manager can't encrypt the protected secret text using the provided KMS key alias/missing. Check that the KMS key is available, enabled, and not in an invalid state.",
      'replica',
    ],
  ])('is refused with %j', (change: ObjectValue, refusal, path) => {
    expect(terraform.refusal('aws_secretsmanager_secret', { name: 'database', ...change })).toEqual([
      creating(refusal),
      path,
    ]);
  });
});

describe('a version of a secret', () => {
  it('has its text in the account and in no state', () => {
    const secret = terraform.apply('aws_secretsmanager_secret', { name: 'database' });

    const version = terraform.apply('aws_secretsmanager_secret_version', {
      secret_id: secret['id'] ?? null,
      secret_string_wo: 'hunter2',
      secret_string_wo_version: 1,
    });

    expect(JSON.stringify(version)).not.toContain('hunter2');
    expect(version).toMatchObject({
      id: `${String(secret['id'])}|${String(version['version_id'])}`,
      arn: secret['arn'],
      version_id: expect.stringMatching(/^terraform-[0-9a-f-]{36}$/),
      version_stages: ['AWSCURRENT'],
      has_secret_string_wo: true,
    });
    const [record] = terraform.account.list('aws_secretsmanager_secret_version');
    expect(record?.internal).toEqual({ secretString: 'hunter2' });
    expect(JSON.stringify(record?.attributes)).not.toContain('hunter2');
  });

  it('is refused for a secret that is not there, or is of another region', () => {
    const west = terraform.apply('aws_secretsmanager_secret', { name: 'database', region: 'us-west-2' });
    const missing = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:missing-AbCdEf';

    for (const secret of [missing, String(west['arn'])]) {
      expect(terraform.refusal('aws_secretsmanager_secret_version', { secret_id: secret, secret_string: 'x' })).toEqual(
        [
          `creating Secrets Manager Secret Version: ${secrets('PutSecretValue', "ResourceNotFoundException: Secrets Manager can't find the specified secret.")}`,
          'secret_id',
        ],
      );
    }
  });
});

describe('a random password', () => {
  const password = (given: ObjectValue = {}) =>
    terraform.ephemeral('aws_secretsmanager_random_password', given).state?.['random_password'];

  it('is of 32 characters, of every class', () => {
    expect(password()).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[^a-zA-Z0-9]).{32}$/);
  });

  it('has no class and no character that is excluded', () => {
    const given = { password_length: 200, exclude_punctuation: true, exclude_characters: 'abc123' };

    expect(password(given)).toMatch(/^[d-zA-Z04-9]{200}$/);
  });

  it('is refused without a character, and beyond 4,096', () => {
    const refusal = (given: ObjectValue) =>
      terraform.ephemeral('aws_secretsmanager_random_password', given).diagnostics[0]?.summary;
    const opening = (text: string) =>
      `opening Secrets Manager Random Password: ${secrets('GetRandomPassword', `InvalidParameterException: ${text}`)}`;

    expect(
      refusal({
        exclude_lowercase: true,
        exclude_uppercase: true,
        exclude_numbers: true,
        exclude_punctuation: true,
      }),
    ).toBe(opening('The password has no character left to be made of.'));
    expect(refusal({ password_length: 4097 })).toBe(opening('PasswordLength must be between 1 and 4096: 4097'));
  });
});
