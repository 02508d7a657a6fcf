import { BackupPlan as BackupPlanResource } from '@cdktf/provider-aws/lib/backup-plan';
import { BackupSelection } from '@cdktf/provider-aws/lib/backup-selection';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { MetricAlarm } from '../alarms/metric-alarm';
import { policyDocument } from '../iam/policy-document';

export interface BackupPlanProps {
  /** 1 to 50 letters, digits, hyphens and underscores. */
  readonly planName: string;
  /** Name of the role that AWS Backup takes: unique in the account. */
  readonly roleName: string;
  /** Vault of the stack's region. */
  readonly vaultName: string;
  /** Vault of another region that every backup is copied to. */
  readonly copyToVaultArn: string;
  /** ARNs of the clusters and tables that are backed up, of the stack's region, at least one. */
  readonly resourceArns: readonly string[];
  /** Days that a backup and its copy are kept, from 1. */
  readonly retentionDays: number;
  /** When, in UTC. @default every day at 05:00 */
  readonly schedule?: string;
  readonly alarmName: string;
  /** Topics of the stack's region that are notified of failed backups. */
  readonly topicArns: readonly string[];
}

/** Policy, maintained by AWS, for making backups and copies [AWS Backup developer guide, managed policies]. */
const BACKUP_POLICY = 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup';

/** Backs resources of a region up by a schedule, and copies every backup to another region. */
export class BackupPlan extends Construct {
  constructor(scope: Construct, id: string, props: BackupPlanProps) {
    super(scope, id);
    const { planName, roleName, vaultName, copyToVaultArn, resourceArns, retentionDays } = props;
    if (!Number.isInteger(retentionDays) || retentionDays < 1) {
      throw new Error(
        `${this.node.path}: retentionDays is ${retentionDays}, expected a whole number from 1. Correct it.`,
      );
    }
    if (resourceArns.length === 0) {
      throw new Error(`${this.node.path}: resourceArns is empty, expected at least one. Correct it.`);
    }
    const lifecycle = { deleteAfter: retentionDays };
    const plan = new BackupPlanResource(this, 'Resource', {
      name: planName,
      rule: [
        {
          ruleName: 'scheduled',
          targetVaultName: vaultName,
          schedule: props.schedule ?? 'cron(0 5 * * ? *)',
          lifecycle,
          copyAction: [{ destinationVaultArn: copyToVaultArn, lifecycle }],
        },
      ],
    });
    const role = new IamRole(this, 'Role', {
      name: roleName,
      description: `Makes the backups of ${planName}`,
      assumeRolePolicy: policyDocument([
        { Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]),
    });
    const attachment = new IamRolePolicyAttachment(this, 'RolePolicy', { role: role.name, policyArn: BACKUP_POLICY });
    new BackupSelection(this, 'Selection', {
      name: planName,
      planId: plan.id,
      iamRoleArn: role.arn,
      resources: [...resourceArns],
      dependsOn: [attachment],
    });
    // A failed job is counted when there is one, and on no other day.
    new MetricAlarm(this, 'Failing', {
      alarmName: props.alarmName,
      description: `A backup into ${vaultName} failed. Look at the job in AWS Backup: role, keys, and whether the service is opted in.`,
      namespace: 'AWS/Backup',
      metricName: 'NumberOfBackupJobsFailed',
      dimensions: { BackupVaultName: vaultName },
      statistic: 'Sum',
      comparison: 'at least',
      threshold: 1,
      periodSeconds: 300,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
      topicArns: props.topicArns,
    });
  }
}
