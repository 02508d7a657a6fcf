import type { Account } from '../../account/account';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { CallContext, Operation } from '../../endpoint/calls/service-endpoint';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { Value } from '../../model/value';
import { shownCluster, tagsOf } from './cluster-operations';
import type { DatabaseEvents } from './database-events';
import { groupOf, restoredFrom } from './database-group';
import { AccountEnded, type DatabaseServers } from './database-servers';
import { defaultVersion, isLowerVersion } from './naming';
import type { LostWrites } from './postgres/lost-writes';

/** Type of the account's records of snapshots of clusters. */
export const SNAPSHOT_RECORD = 'rds_cluster_snapshot';
const DAY_MS = 86_400_000;
/** Letters, digits and hyphens, not two of them in a row [Amazon RDS API Reference, CopyDBClusterSnapshot]. */
const IDENTIFIER = /^[a-z](?:-?[a-z\d])*$/i;
const LONGEST_IDENTIFIER = 63;

export interface ClusterSnapshotsOptions {
  readonly account: Account;
  readonly servers: Pick<DatabaseServers, 'copySnapshot' | 'removeSnapshot' | 'restore'>;
  readonly events: Pick<DatabaseEvents, 'record'>;
  readonly nowMs: () => number;
  /** Called with a failure of what goes on by itself. */
  readonly onDefect: (what: string, error: Error) => void;
}

/** After a failure of what goes on by itself, ms. */
const RETRY_MS = 5_000;

/**
 * Snapshots of clusters: what a failover left behind, which expires with the backups of its cluster [Aurora user guide,
 * recovering from unplanned outages], and copies of it, which stay until they are deleted. Clusters are restored from both.
 */
export class ClusterSnapshots {
  /** Restores that go on by themselves, by the cluster's ARN, and when they are tried next, ms since 1970. */
  private readonly underWay = new Map<string, number>();

  constructor(private readonly options: ClusterSnapshotsOptions) {}

  /** Operations of RDS on them. Codes: Amazon RDS API Reference; words inferred. */
  get operations(): Readonly<Record<string, Operation>> {
    return {
      DescribeDBClusterSnapshots: (input, { region }) => ({
        DBClusterSnapshots: this.describe(input, region).map(shown),
      }),
      CopyDBClusterSnapshot: async (input, { region }) => ({
        DBClusterSnapshot: shown(await this.copy(input, region)),
      }),
      DeleteDBClusterSnapshot: (input, { region }) => ({ DBClusterSnapshot: shown(this.delete(input, region)) }),
      RestoreDBClusterFromSnapshot: async (input, context) => ({
        DBCluster: shownCluster(await this.restore(input, context), context.account),
      }),
    };
  }

  /** Goes on with restores that a killed account left, and removes what has expired. */
  settle(): void {
    const { account, onDefect } = this.options;
    for (const cluster of account.list('aws_rds_cluster')) {
      const arn = cluster.arn ?? '';
      if (restoredFrom(cluster) === '' || (this.underWay.get(arn) ?? 0) > Date.now()) continue;
      void this.goOn(cluster).catch((error: Error) => {
        if (error instanceof AccountEnded) return;
        this.underWay.set(arn, Date.now() + RETRY_MS);
        onDefect(`rds ${cluster.id}`, error);
      });
    }
    this.sweep();
  }

  /** Removes what has expired, but for what a cluster is being restored from. */
  private sweep(): void {
    const { account, nowMs } = this.options;
    for (const snapshot of account.list(SNAPSHOT_RECORD)) {
      const { expires_at: expiresAt } = snapshot.attributes;
      const isExpired = typeof expiresAt === 'string' && Date.parse(expiresAt) <= nowMs();
      if (isExpired && !this.isRestored(snapshot)) this.remove(snapshot);
    }
  }

  private isRestored({ id, region }: ResourceRecord): boolean {
    return this.options.account.list('aws_rds_cluster', region).some((cluster) => restoredFrom(cluster) === id);
  }

  /**
   * A new cluster with the data, the user and the password of a snapshot, in no global database and without instances
   * [Amazon RDS API Reference, RestoreDBClusterFromSnapshot]. It is recorded first, and its data made then.
   */
  private async restore(input: Members, { account, lifecycle, region }: CallContext): Promise<ResourceRecord> {
    const snapshot = this.require(String(input['SnapshotIdentifier']), region);
    const { attributes: kept, internal = {} } = snapshot;
    const engine = String(input['Engine']);
    const version = stringMember(input, 'EngineVersion') ?? defaultVersion(engine);
    if (engine !== kept['engine']) {
      // Words inferred.
      throw new AwsError(
        'InvalidParameterCombination',
        `The engine ${engine} is not compatible with that of the DB cluster snapshot, ${text(kept['engine'])}.`,
      );
    }
    if (isLowerVersion(version, text(kept['engine_version']))) {
      // Words: aws-samples/redcap-on-aws 99; without a version it is the region's default one, as AWS documents it.
      throw new AwsError(
        'InvalidParameterCombination',
        `The engine version you requested for your restored DB cluster (${version}) is earlier than the engine version of the DB cluster snapshot (${text(kept['engine_version'])}).`,
      );
    }
    const key = stringMember(input, 'KmsKeyId');
    const optional = (member: string) => (input[member] ?? null) as Value;
    const created = lifecycle.createFromArguments(
      'aws_rds_cluster',
      { region, workingFolder: '' },
      {
        cluster_identifier: String(input['DBClusterIdentifier']),
        engine,
        engine_version: version,
        database_name: stringMember(input, 'DatabaseName') ?? kept['database_name'] ?? null,
        master_username: kept['master_username'] ?? '',
        port: optional('Port') ?? kept['port'] ?? null,
        storage_encrypted: kept['storage_encrypted'] === true || key !== undefined,
        kms_key_id: key ?? (text(kept['kms_key_id']) || null),
        db_subnet_group_name: optional('DBSubnetGroupName'),
        db_cluster_parameter_group_name: optional('DBClusterParameterGroupName'),
        vpc_security_group_ids: optional('VpcSecurityGroupIds'),
        availability_zones: optional('AvailabilityZones'),
        backup_retention_period: optional('BackupRetentionPeriod') ?? kept['backup_retention_period'] ?? null,
        copy_tags_to_snapshot: optional('CopyTagsToSnapshot'),
        deletion_protection: optional('DeletionProtection'),
        enabled_cloudwatch_logs_exports: optional('EnableCloudwatchLogsExports'),
        iam_database_authentication_enabled: optional('EnableIAMDatabaseAuthentication'),
        tags: tagsOf(input),
      },
      { ...internal, restoredFrom: snapshot.id },
    );
    const cluster = account.findByArn(text(created['arn'])) as ResourceRecord;
    await this.goOn(cluster);
    return account.findByArn(cluster.arn ?? '') ?? cluster;
  }

  private async goOn(cluster: ResourceRecord): Promise<void> {
    const { account, servers } = this.options;
    const arn = cluster.arn ?? '';
    this.underWay.set(arn, Infinity);
    try {
      await servers.restore(cluster);
      const found = account.findByArn(arn);
      // It may have been deleted meanwhile.
      if (found !== undefined)
        account.commit([{ put: { ...found, internal: { ...found.internal, restoredFrom: '' } } }]);
    } finally {
      this.underWay.delete(arn);
    }
  }

  private describe(input: Members, region: string): readonly ResourceRecord[] {
    const [cluster, id, type] = ['DBClusterIdentifier', 'DBClusterSnapshotIdentifier', 'SnapshotType'].map((name) =>
      stringMember(input, name),
    );
    this.sweep();
    if (id !== undefined) return [this.require(id, region)];
    return this.options.account
      .list(SNAPSHOT_RECORD, region)
      .filter(({ attributes }) => type === undefined || attributes['snapshot_type'] === type)
      .filter(
        ({ attributes }) => cluster === undefined || attributes['db_cluster_identifier'] === cluster.toLowerCase(),
      );
  }

  private async copy(input: Members, region: string): Promise<ResourceRecord> {
    const { account, events, nowMs, servers } = this.options;
    const source = this.require(String(input['SourceDBClusterSnapshotIdentifier']), region);
    const id = String(input['TargetDBClusterSnapshotIdentifier']);
    if (!IDENTIFIER.test(id) || id.length > LONGEST_IDENTIFIER) {
      throw new AwsError('InvalidParameterValue', `${id} is not a valid DB cluster snapshot identifier.`);
    }
    if (account.find(SNAPSHOT_RECORD, region, id.toLowerCase()) !== undefined) {
      throw new AwsError('DBClusterSnapshotAlreadyExistsFault', `DB cluster snapshot ${id} already exists.`);
    }
    const key = stringMember(input, 'KmsKeyId');
    const record: ResourceRecord = {
      ...source,
      id: id.toLowerCase(),
      arn: arnOf(account, region, id.toLowerCase()),
      attributes: {
        ...source.attributes,
        snapshot_type: 'manual',
        created_at: new Date(nowMs()).toISOString(),
        expires_at: null,
        source_arn: source.arn ?? '',
        ...(key === undefined ? {} : { kms_key_id: key }),
      },
    };
    // A copy is a manual snapshot: that it has these events is inferred.
    events.record(record, 'RDS-EVENT-0074', 'Creating manual cluster snapshot.');
    await servers.copySnapshot(region, source.id, record.id);
    account.commit([{ put: record }]);
    events.record(record, 'RDS-EVENT-0075', 'Manual cluster snapshot created.');
    return record;
  }

  private delete(input: Members, region: string): ResourceRecord {
    const snapshot = this.require(String(input['DBClusterSnapshotIdentifier']), region);
    if (snapshot.attributes['snapshot_type'] !== 'manual') {
      throw new AwsError(
        'InvalidDBClusterSnapshotStateFault',
        `Only manual snapshots are deleted, and ${snapshot.id} is none.`,
      );
    }
    if (this.isRestored(snapshot)) {
      throw new AwsError('InvalidDBClusterSnapshotStateFault', `A cluster is being restored from ${snapshot.id}.`);
    }
    this.remove(snapshot);
    return snapshot;
  }

  private remove(snapshot: ResourceRecord): void {
    this.options.servers.removeSnapshot(snapshot.region, snapshot.id);
    this.options.account.commit([{ remove: snapshot }]);
  }

  /** @param named identifier or ARN */
  private require(named: string, region: string): ResourceRecord {
    const { account } = this.options;
    this.sweep();
    const id = named.replace(/^arn:[^:]+:rds:[^:]+:\d+:cluster-snapshot:/, '').toLowerCase();
    const found = account.find(SNAPSHOT_RECORD, region, id);
    if (found !== undefined) return found;
    throw new AwsError('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot not found: ${named}`, { status: 404 });
  }
}

/**
 * Record of what a failover left behind, with what was lost.
 *
 * @param cluster that was the writer
 */
export function failoverSnapshot(
  account: Account,
  cluster: ResourceRecord,
  id: string,
  nowMs: number,
  { rows, transactions }: LostWrites,
): ResourceRecord {
  const { attributes, region } = cluster;
  const { database, passwordVerifier, username } = groupOf(account, cluster);
  const days = Number(attributes['backup_retention_period'] ?? 1);
  return {
    type: SNAPSHOT_RECORD,
    region,
    service: 'rds',
    id,
    arn: arnOf(account, region, id),
    attributes: {
      db_cluster_identifier: cluster.id,
      snapshot_type: 'automated',
      created_at: new Date(nowMs).toISOString(),
      expires_at: new Date(nowMs + days * DAY_MS).toISOString(),
      engine: text(attributes['engine']),
      engine_version: text(attributes['engine_version']),
      storage_encrypted: attributes['storage_encrypted'] === true,
      kms_key_id: text(attributes['kms_key_id']),
      master_username: username,
      database_name: database,
      backup_retention_period: days,
      port: attributes['port'] ?? null,
      lost_transactions: transactions,
      lost_rows: rows,
    },
    ...(passwordVerifier === undefined ? {} : { internal: { passwordVerifier } }),
  };
}

function arnOf(account: Account, region: string, id: string): string {
  return `arn:aws:rds:${region}:${account.accountId}:cluster-snapshot:${id}`;
}

function shown({ arn, attributes, id }: ResourceRecord): Members {
  return {
    DBClusterSnapshotIdentifier: id,
    DBClusterSnapshotArn: arn,
    DBClusterIdentifier: attributes['db_cluster_identifier'],
    SnapshotType: attributes['snapshot_type'],
    SnapshotCreateTime: new Date(text(attributes['created_at'])),
    Status: 'available',
    PercentProgress: 100,
    Engine: attributes['engine'],
    MasterUsername: text(attributes['master_username']) || undefined,
    EngineVersion: attributes['engine_version'],
    StorageEncrypted: attributes['storage_encrypted'],
    KmsKeyId: text(attributes['kms_key_id']) || undefined,
    SourceDBClusterSnapshotArn: attributes['source_arn'],
    TagList: [],
  };
}
