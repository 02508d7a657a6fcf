import { defineContract, mirrored, text } from '@dr/stack-contracts';

/** Customer-managed keys of a region, made before anything that they encrypt in either region, and its alarm topic. */
export const dataKeysContract = defineContract({
  name: 'data-keys',
  owner: 'data',
  outputs: {
    databaseKeyArn: text('Key of the Aurora cluster'),
    tablesKeyArn: mirrored(text('Key of the DynamoDB tables; the control table names it for its replica')),
    logsKeyArn: text('Key of log groups'),
    alarmTopicArn: text("Topic that the region's alarms about data are sent to"),
    secretsKeyArn: mirrored(text('Key of secrets; the other region names it for its replicas')),
  },
});

/** A region's part of the Aurora global database. */
export const databaseContract = defineContract({
  name: 'database',
  owner: 'data',
  outputs: {
    globalClusterIdentifier: mirrored(text('Aurora global database that both regions are members of')),
    clusterArn: mirrored(text("The region's cluster")),
    writerEndpoint: text('Writer endpoint of the cluster; writes only while the region is primary'),
    readerEndpoint: text('Reader endpoint of the cluster'),
    clusterIdentifier: text('Identifier of the cluster, by which its metrics are named'),
    secretArn: mirrored(text("The region's copy of the secret with the master credentials")),
    serviceSecretArn: mirrored(text("The region's copy of the secret with the credentials of the service's own role")),
  },
});

/** A region's replicas of the DynamoDB global tables. */
export const tablesContract = defineContract({
  name: 'tables',
  owner: 'data',
  outputs: {
    activityTableName: text('Eventually consistent table of user activity, with index user-index'),
    activityTableArn: mirrored(text("The region's replica of that table")),
  },
});

/** The strongly consistent table of the fencing epoch and the failover ledger. */
export const controlTableContract = defineContract({
  name: 'control-table',
  owner: 'data',
  outputs: {
    tableName: mirrored(text('Table of the fencing epoch and the failover ledger, the same in both regions')),
    tableArn: text("The region's replica of that table"),
    peerTableArn: mirrored(text("The other region's replica of that table")),
  },
});

/** A region's vault and bucket, which the other region sends copies to. */
export const dataArchiveContract = defineContract({
  name: 'data-archive',
  owner: 'data',
  outputs: {
    backupVaultName: text("Vault of the region's backups"),
    backupVaultArn: mirrored(text('The same vault, as the other region copies to it')),
    auditBucketName: mirrored(text('Bucket of audit records')),
    auditBucketArn: mirrored(text('The same bucket, as policies name it')),
    auditKeyArn: mirrored(text('Key of that bucket; replicas from the other region are encrypted with it')),
  },
});
