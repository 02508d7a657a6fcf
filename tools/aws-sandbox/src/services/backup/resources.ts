import { blocks, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { Check, ServiceDefinition } from '../../model/resource-definition';
import { parseSchedule } from '../../model/schedule-expression';
import { roleArnReference } from '../iam/resources';
import { kmsKeyCheck } from '../kms/resources';

/** Days that a backup has to be in cold storage before it is deleted [AWS Backup API Reference, Lifecycle]. */
const COLD_STORAGE_DAYS = 90;

/** AWS Backup. Codes and words: AWS Backup API Reference, errors of each action. */
export const backup: ServiceDefinition = {
  name: 'backup',
  sdkId: 'Backup',
  resources: {
    aws_backup_vault: {
      label: 'Backup Vault',
      calls: { create: 'CreateBackupVault', update: 'TagResource', delete: 'DeleteBackupVault' },
      id: '{name}',
      arn: 'arn:aws:backup:{region}:{accountId}:backup-vault:{id}',
      replaces: ['name', 'kms_key_arn'],
      defaults: { force_destroy: false },
      computed: {
        kms_key_arn: ({ region, accountId }) => `arn:aws:kms:${region}:${accountId}:alias/aws/backup`,
        recovery_points: () => 0,
      },
      unique: [
        {
          attributes: ['name'],
          refusal: { code: 'AlreadyExistsException', message: 'Backup vault with the same name already exists' },
        },
      ],
      checks: [
        nameCheck('name', /^[a-zA-Z0-9\-_]{2,50}$/, 'backupVaultName'),
        kmsKeyCheck('kms_key_arn', {
          code: 'InvalidParameterValueException',
          message: 'The KMS key {value} does not exist, or is not in the region of the vault.',
        }),
      ],
      usedBy: [
        {
          by: 'aws_backup_plan',
          attribute: 'rule.target_vault_name',
          except: (plan, { region }) => plan.region !== region,
          // Words inferred: AWS refuses while a vault holds backups, which the sandbox has none of.
          refusal: {
            code: 'InvalidRequestException',
            message: 'Backup vault cannot be deleted: plan {value} uses it.',
          },
        },
      ],
      onDelete: ({ account, id, region }) =>
        account
          .findBy('aws_backup_vault_lock_configuration', 'backup_vault_name', id, region)
          .map((lock) => ({ remove: lock })),
    },
    aws_backup_vault_lock_configuration: {
      label: 'Backup Vault Lock Configuration',
      calls: {
        create: 'PutBackupVaultLockConfiguration',
        update: 'PutBackupVaultLockConfiguration',
        delete: 'DeleteBackupVaultLockConfiguration',
      },
      id: '{backup_vault_name}',
      arn: '',
      replaces: ['backup_vault_name', 'changeable_for_days', 'max_retention_days', 'min_retention_days'],
      overwrites: () => true,
      ranges: { changeable_for_days: [3, 36_500], max_retention_days: [1, 36_500], min_retention_days: [1, 36_500] },
      computed: {
        backup_vault_arn: ({ account, region, attributes }) =>
          account.find('aws_backup_vault', region, text(attributes['backup_vault_name']))?.arn ?? '',
      },
      references: [vaultReference('backup_vault_name')],
    },
    aws_backup_plan: {
      label: 'Backup Plan',
      calls: { create: 'CreateBackupPlan', update: 'UpdateBackupPlan', delete: 'DeleteBackupPlan' },
      soughtBy: { plan_id: 'id' },
      id: () => randomUuid(),
      arn: 'arn:aws:backup:{region}:{accountId}:backup-plan:{id}',
      replaces: ['name'],
      defaults: {
        'rule.completion_window': 180,
        'rule.enable_continuous_backup': false,
        'rule.schedule_expression_timezone': 'Etc/UTC',
        'rule.start_window': 60,
      },
      computed: { version: () => randomUuid() },
      recomputes: { version: ['*'] },
      unique: [
        {
          attributes: ['name'],
          refusal: {
            code: 'AlreadyExistsException',
            message: 'Backup plan with the same plan document already exists.',
          },
        },
      ],
      checks: [
        nameCheck('name', /^[a-zA-Z0-9\-_.]{1,50}$/, 'backupPlanName'),
        ({ account, attributes, region, accountId }) => {
          for (const rule of blocks(attributes['rule'])) {
            const vault = text(rule['target_vault_name']);
            const path = ['rule'];
            if (account.find('aws_backup_vault', region, vault) === undefined) {
              throw new AwsError(
                'InvalidParameterValueException',
                `Provided Backup vault does not exist: arn:aws:backup:${region}:${accountId}:backup-vault:${vault}`,
                { path },
              );
            }
            for (const copy of blocks(rule['copy_action'])) {
              const destination = text(copy['destination_vault_arn']);
              if (account.findByArn(destination)?.type !== 'aws_backup_vault') {
                throw new AwsError(
                  'InvalidParameterValueException',
                  `Provided target Backup vault does not exist: ${destination}`,
                  { path },
                );
              }
            }
            const schedule = text(rule['schedule']);
            if (schedule !== '' && parseSchedule(schedule) === undefined) {
              throw new AwsError('InvalidParameterValueException', `Invalid schedule expression: ${schedule}`, {
                path,
              });
            }
            const [lifecycle] = blocks(rule['lifecycle']);
            const [cold, deleted] = ['cold_storage_after', 'delete_after'].map((name) =>
              Number(lifecycle?.[name] ?? 0),
            );
            if ((cold ?? 0) > 0 && (deleted ?? 0) > 0 && (deleted ?? 0) < (cold ?? 0) + COLD_STORAGE_DAYS) {
              throw new AwsError(
                'InvalidParameterValueException',
                'DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays',
                { path },
              );
            }
          }
        },
      ],
      usedBy: [
        {
          by: 'aws_backup_selection',
          attribute: 'plan_id',
          refusal: {
            code: 'InvalidRequestException',
            message: 'Related backup plan selections must be deleted prior to backup plan deletion',
          },
        },
      ],
    },
    aws_backup_selection: {
      label: 'Backup Selection',
      calls: { create: 'CreateBackupSelection', delete: 'DeleteBackupSelection' },
      soughtBy: { selection_id: 'id' },
      id: () => randomUuid(),
      importId: '{plan_id}|{id}',
      arn: '',
      replaces: ['name', 'plan_id', 'iam_role_arn', 'resources', 'not_resources', 'selection_tag', 'condition'],
      references: [
        {
          attribute: 'plan_id',
          to: 'aws_backup_plan',
          refusal: { code: 'InvalidParameterValueException', message: 'Cannot find Backup plan with ID {value}' },
        },
        roleArnReference('iam_role_arn', {
          code: 'InvalidParameterValueException',
          message: 'IAM Role {value} cannot be assumed by AWS Backup',
        }),
      ],
      checks: [
        nameCheck('name', /^[a-zA-Z0-9\-_.]{1,50}$/, 'selectionName'),
        ({ attributes, account }) => {
          // Words inferred: AWS takes any ARN, and says when it backs up that there is no such resource.
          const missing = texts(attributes['resources']).find(
            (arn) => /^arn:aws:(rds|dynamodb):/.test(arn) && !arn.includes('*') && account.findByArn(arn) === undefined,
          );
          if (missing !== undefined) {
            throw new AwsError('InvalidParameterValueException', `${missing} does not exist.`, { path: ['resources'] });
          }
        },
      ],
    },
  },
};

function vaultReference(attribute: string) {
  return {
    attribute,
    to: 'aws_backup_vault',
    refusal: { code: 'ResourceNotFoundException', message: 'Failed reading Backup vault with provided name' },
  } as const;
}

function nameCheck(attribute: string, pattern: RegExp, parameter: string): Check {
  return ({ attributes }) => {
    const name = text(attributes[attribute]);
    if (!pattern.test(name)) {
      throw new AwsError(
        'InvalidParameterValueException',
        `${parameter} is ${JSON.stringify(name)}, which does not match ${pattern.source}`,
        { path: [attribute] },
      );
    }
  };
}
