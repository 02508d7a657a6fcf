import { BackupVault as BackupVaultResource } from '@cdktf/provider-aws/lib/backup-vault';
import { BackupVaultLockConfiguration } from '@cdktf/provider-aws/lib/backup-vault-lock-configuration';
import { Construct } from 'constructs';

export interface BackupVaultProps {
  /** 2 to 50 letters, digits, hyphens and underscores: unique in the region. A change replaces the vault. */
  readonly vaultName: string;
  /** Customer-managed key of the vault's region: copies from another region are encrypted anew with it. */
  readonly kmsKeyArn: string;
  /**
   * Days that no backup may be deleted before, from 1. The lock is of the governance kind: who has the permission for it
   * can take it off again [AWS Backup developer guide, vault lock].
   * @default no lock
   */
  readonly lockedDays?: number;
}

/** Where a region's backups are, and the copies of the other region's. It is not deleted while it holds one. */
export class BackupVault extends Construct {
  readonly vaultName: string;
  readonly vaultArn: string;

  constructor(scope: Construct, id: string, { vaultName, kmsKeyArn, lockedDays }: BackupVaultProps) {
    super(scope, id);
    if (lockedDays !== undefined && (!Number.isInteger(lockedDays) || lockedDays < 1)) {
      throw new Error(`${this.node.path}: lockedDays is ${lockedDays}, expected a whole number from 1. Correct it.`);
    }
    const vault = new BackupVaultResource(this, 'Resource', { name: vaultName, kmsKeyArn });
    if (lockedDays !== undefined) {
      new BackupVaultLockConfiguration(this, 'Lock', { backupVaultName: vault.name, minRetentionDays: lockedDays });
    }
    this.vaultName = vault.name;
    this.vaultArn = vault.arn;
  }
}
