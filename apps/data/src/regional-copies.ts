import { BackupPlan, BucketReplication } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { OutputsOf, PeerOutputsOf } from '@dr/stack-contracts';
import type { dataArchiveContract } from './contract';

export interface RegionalCopiesProps {
  readonly archive: OutputsOf<typeof dataArchiveContract>;
  readonly peerArchive: PeerOutputsOf<typeof dataArchiveContract>;
  /** ARNs of the clusters and tables that are backed up. */
  readonly backedUpArns: readonly string[];
  readonly alarmTopicArn: string;
}

/**
 * Copies that a region sends to the other: its backups, and the audit records written there. Whichever region serves,
 * both have every record. The control table is not backed up: an old item must never come back, and one that is lost
 * begins anew with a person.
 */
export class RegionalCopies {
  constructor(
    private readonly state: PlatformState<Environment>,
    private readonly props: RegionalCopiesProps,
  ) {
    this.copyBackups();
    this.copyAuditRecords();
  }

  private copyBackups(): void {
    new BackupPlan(this.state, 'Backup', {
      planName: this.state.resourceName(NAME_LIMITS.backupPlan, 'data'),
      roleName: this.state.resourceName(NAME_LIMITS.iamRole, 'backup', this.state.region),
      vaultName: this.props.archive.backupVaultName,
      copyToVaultArn: this.props.peerArchive.backupVaultArn,
      resourceArns: this.props.backedUpArns,
      retentionDays: this.state.environment.archive.backupRetentionDays,
      alarmName: this.state.resourceName(NAME_LIMITS.alarm, 'backup-failing'),
      topicArns: [this.props.alarmTopicArn],
    });
  }

  private copyAuditRecords(): void {
    new BucketReplication(this.state, 'AuditReplication', {
      source: bucketOf(this.props.archive),
      destination: bucketOf(this.props.peerArchive),
      roleName: this.state.resourceName(NAME_LIMITS.iamRole, 'audit-replication', this.state.region),
      alarmName: this.state.resourceName(NAME_LIMITS.alarm, 'audit-replication-failing'),
      topicArns: [this.props.alarmTopicArn],
    });
  }
}

function bucketOf({ auditBucketName, auditBucketArn, auditKeyArn }: PeerOutputsOf<typeof dataArchiveContract>) {
  return { bucketName: auditBucketName, bucketArn: auditBucketArn, kmsKeyArn: auditKeyArn };
}
