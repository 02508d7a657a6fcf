import { synthesizeConstructs } from '@dr/testing';
import { BackupPlan, type BackupPlanProps } from './backup-plan';
import { BackupVault, type BackupVaultProps } from './backup-vault';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/backups';
const COPY = 'arn:aws:backup:us-west-2:123456789012:backup-vault:backups';

const synthesizeVault = (changes: Partial<BackupVaultProps> = {}) =>
  synthesizeConstructs((scope) => {
    new BackupVault(scope, 'Vault', { vaultName: 'orders-backups', kmsKeyArn: KEY, ...changes });
  });

const synthesizePlan = (changes: Partial<BackupPlanProps> = {}) =>
  synthesizeConstructs((scope) => {
    new BackupPlan(scope, 'Plan', {
      planName: 'orders',
      roleName: 'orders-backup',
      vaultName: 'orders-backups',
      copyToVaultArn: COPY,
      resourceArns: ['arn:aws:rds:us-east-1:123456789012:cluster:orders'],
      retentionDays: 35,
      alarmName: 'orders-backup-failing',
      topicArns: ['arn:aws:sns:us-east-1:123456789012:alarms'],
      ...changes,
    });
  });

describe('BackupVault', () => {
  it('is encrypted with the key given, and has no lock unless it is told of one', () => {
    expect(synthesizeVault().resource('aws_backup_vault')).toEqual({ name: 'orders-backups', kms_key_arn: KEY });
    expect(synthesizeVault().resources('aws_backup_vault_lock_configuration')).toEqual([]);
    expect(synthesizeVault({ lockedDays: 7 }).resource('aws_backup_vault_lock_configuration')).toEqual({
      backup_vault_name: expect.stringMatching(/^\$\{aws_backup_vault\.Vault_[0-9A-F]{8}\.name\}$/),
      min_retention_days: 7,
    });
  });

  it.each([0, 1.5])('refuses a lock of %d days', (lockedDays) => {
    expect(() => synthesizeVault({ lockedDays })).toThrow(
      new Error(`constructs/Vault: lockedDays is ${lockedDays}, expected a whole number from 1. Correct it.`),
    );
  });
});

describe('BackupPlan', () => {
  it('backs up once a day, and copies to the other region what it keeps as long', () => {
    expect(synthesizePlan().resource('aws_backup_plan')).toEqual({
      name: 'orders',
      rule: [
        {
          rule_name: 'scheduled',
          target_vault_name: 'orders-backups',
          schedule: 'cron(0 5 * * ? *)',
          lifecycle: { delete_after: 35 },
          copy_action: [{ destination_vault_arn: COPY, lifecycle: { delete_after: 35 } }],
        },
      ],
    });
  });

  it('selects what it is told, by a role that AWS Backup alone takes', () => {
    const state = synthesizePlan();

    expect(state.resource('aws_backup_selection')).toMatchObject({
      name: 'orders',
      resources: ['arn:aws:rds:us-east-1:123456789012:cluster:orders'],
    });
    expect(String(state.resource('aws_iam_role')['assume_role_policy'])).toContain('backup.amazonaws.com');
    expect(state.resource('aws_iam_role_policy_attachment')['policy_arn']).toBe(
      'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
    );
  });

  it('tells when a backup fails', () => {
    expect(synthesizePlan().resource('aws_cloudwatch_metric_alarm')).toMatchObject({
      namespace: 'AWS/Backup',
      metric_name: 'NumberOfBackupJobsFailed',
      dimensions: { BackupVaultName: 'orders-backups' },
      treat_missing_data: 'notBreaching',
    });
  });

  it.each([
    [{ retentionDays: 0 }, 'retentionDays is 0, expected a whole number from 1. Correct it.'],
    [{ resourceArns: [] }, 'resourceArns is empty, expected at least one. Correct it.'],
  ])('refuses %j', (change, message) => {
    expect(() => synthesizePlan(change)).toThrow(new Error(`constructs/Plan: ${message}`));
  });
});
