import type { Account } from '../../account/account';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { Operation } from '../../endpoint/calls/service-endpoint';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { DatabaseEvents } from './database-events';
import type { DatabaseServers } from './database-servers';
import type { LostWrites } from './postgres/lost-writes';

/** Type of the account's records of snapshots of clusters. */
export const SNAPSHOT_RECORD = 'rds_cluster_snapshot';
const DAY_MS = 86_400_000;
/** Letters, digits and hyphens, not two of them in a row [Amazon RDS API Reference, CopyDBClusterSnapshot]. */
const IDENTIFIER = /^[a-z](?:-?[a-z\d])*$/i;
const LONGEST_IDENTIFIER = 63;

export interface ClusterSnapshotsOptions {
  readonly account: Account;
  readonly servers: Pick<DatabaseServers, 'copySnapshot' | 'removeSnapshot'>;
  readonly events: Pick<DatabaseEvents, 'record'>;
  readonly nowMs: () => number;
}

/**
 * Snapshots of clusters: what a failover left behind, which expires with the backups of its cluster [Aurora user guide,
 * recovering from unplanned outages], and copies of it, which stay until they are deleted.
 */
export class ClusterSnapshots {
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
    };
  }

  /** Removes what has expired. */
  sweep(): void {
    const { account, nowMs } = this.options;
    for (const snapshot of account.list(SNAPSHOT_RECORD)) {
      const { expires_at: expiresAt } = snapshot.attributes;
      if (typeof expiresAt === 'string' && Date.parse(expiresAt) <= nowMs()) this.remove(snapshot);
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
      lost_transactions: transactions,
      lost_rows: rows,
    },
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
    EngineVersion: attributes['engine_version'],
    StorageEncrypted: attributes['storage_encrypted'],
    KmsKeyId: text(attributes['kms_key_id']) || undefined,
    SourceDBClusterSnapshotArn: attributes['source_arn'],
    TagList: [],
  };
}
