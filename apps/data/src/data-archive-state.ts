import { BackupVault, EncryptionKey, RecordBucket } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { publishOutputs } from '@dr/stack-contracts';
import { dataArchiveContract } from './contract';

/**
 * Archive that outlives a region's data: a vault for backups and a bucket for audit records, each with its own key. In
 * a state of their own, since each region sends copies to the other, and neither can before both are there.
 */
export class DataArchiveState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>, region: string) {
    super(app, `data-archive-${region}`, { ...app.stateProps, region });
    const { accountId, archive, deletionProtection } = this.environment;

    const backupsKey = new EncryptionKey(this, 'BackupsKey', {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, 'backups'),
      description: 'Backups, and copies of those of the other region',
      accountId,
      users: [{ service: 'backup' }],
    });
    const vault = new BackupVault(this, 'Backups', {
      vaultName: this.resourceName(NAME_LIMITS.backupVault, 'backups'),
      kmsKeyArn: backupsKey.keyArn,
      ...(deletionProtection ? { lockedDays: 1 } : {}),
    });
    const auditKey = new EncryptionKey(this, 'AuditKey', {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, 'audit'),
      description: 'Audit records, and replicas of those of the other region',
      accountId,
    });
    const audit = new RecordBucket(this, 'Audit', {
      bucketName: this.resourceName(NAME_LIMITS.bucket, 'audit', accountId, region),
      kmsKeyArn: auditKey.keyArn,
      retentionDays: archive.auditRetentionDays,
      forceDestroy: !deletionProtection,
    });

    publishOutputs(this, dataArchiveContract, {
      backupVaultName: vault.vaultName,
      backupVaultArn: vault.vaultArn,
      auditBucketName: audit.bucketName,
      auditBucketArn: audit.bucketArn,
      auditKeyArn: auditKey.keyArn,
    });
  }
}
