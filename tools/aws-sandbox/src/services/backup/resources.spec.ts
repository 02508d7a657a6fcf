import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

const WEST = 'us-west-2';
const COPY = `arn:aws:backup:${WEST}:000000000000:backup-vault:backups`;

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const vault = (region: string, change: ObjectValue = {}) =>
  terraform.apply('aws_backup_vault', { region, name: 'backups', ...change });

const plan = (rule: ObjectValue = {}): ObjectValue => ({
  name: 'data',
  rule: [
    {
      rule_name: 'daily',
      target_vault_name: 'backups',
      schedule: 'cron(0 5 * * ? *)',
      lifecycle: [{ delete_after: 35 }],
      copy_action: [{ destination_vault_arn: COPY, lifecycle: [{ delete_after: 35 }] }],
      ...rule,
    },
  ],
});

const refused = (type: string, given: ObjectValue) => terraform.refusal(type, given)?.[0];

describe('a backup vault', () => {
  it('is named once in a region, and encrypted with a key of that region', () => {
    expect(vault('us-east-1')).toMatchObject({ arn: 'arn:aws:backup:us-east-1:000000000000:backup-vault:backups' });
    const foreign = terraform.apply('aws_kms_key', { region: WEST, description: 'backups' })['arn'] ?? null;

    expect(refused('aws_backup_vault', { name: 'backups' })).toMatch(/AlreadyExistsException/);
    expect(refused('aws_backup_vault', { name: 'b' })).toMatch(/backupVaultName is "b"/);
    expect(refused('aws_backup_vault', { name: 'other', kms_key_arn: foreign })).toMatch(/KMS key .* does not exist/);
  });

  it('has a lock only where it is, and goes with it', () => {
    const made = vault('us-east-1');
    const lock = { backup_vault_name: 'backups', min_retention_days: 1 };

    expect(refused('aws_backup_vault_lock_configuration', { ...lock, backup_vault_name: 'none' })).toMatch(
      /ResourceNotFoundException/,
    );
    expect(terraform.apply('aws_backup_vault_lock_configuration', lock)).toMatchObject({
      backup_vault_arn: made['arn'],
    });
    expect(terraform.destroy('aws_backup_vault', made)).toEqual([]);
    expect(terraform.account.list('aws_backup_vault_lock_configuration')).toEqual([]);
  });
});

describe('a backup plan', () => {
  it('wants its vault, and that of its copies', () => {
    expect(refused('aws_backup_plan', plan())).toMatch(/Provided Backup vault does not exist/);
    vault('us-east-1');
    expect(refused('aws_backup_plan', plan())).toMatch(/Provided target Backup vault does not exist/);
    vault(WEST);
    expect(refused('aws_backup_plan', plan({ schedule: 'daily' }))).toMatch(/Invalid schedule expression: daily/);
    expect(refused('aws_backup_plan', plan({ lifecycle: [{ cold_storage_after: 30, delete_after: 60 }] }))).toMatch(
      /less than 90 days apart/,
    );

    const made = terraform.apply('aws_backup_plan', plan());
    expect(terraform.changes('aws_backup_plan', plan(), made)).toEqual([]);
  });

  it('selects what is there, by a role that is there, and goes after its selections', () => {
    vault('us-east-1');
    vault(WEST);
    const made = terraform.apply('aws_backup_plan', plan());
    const role = terraform.apply('aws_iam_role', {
      name: 'backup',
      assume_role_policy:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"backup.amazonaws.com"}}]}',
    });
    const selection = (change: ObjectValue = {}): ObjectValue => ({
      name: 'data',
      plan_id: made['id'] ?? null,
      iam_role_arn: role['arn'] ?? null,
      resources: ['arn:aws:s3:::anything'],
      ...change,
    });

    expect(refused('aws_backup_selection', selection({ plan_id: 'none' }))).toMatch(/Cannot find Backup plan/);
    expect(refused('aws_backup_selection', selection({ iam_role_arn: 'arn:aws:iam::000000000000:role/x' }))).toMatch(
      /cannot be assumed by AWS Backup/,
    );
    expect(
      refused('aws_backup_selection', selection({ resources: ['arn:aws:rds:us-east-1:000000000000:cluster:none'] })),
    ).toMatch(/cluster:none does not exist/);
    terraform.apply('aws_backup_selection', selection());
    expect(terraform.refusalOfDestroy('aws_backup_plan', made)?.[0]).toMatch(/selections must be deleted prior/);
  });
});
