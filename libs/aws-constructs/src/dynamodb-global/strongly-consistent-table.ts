import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import type { KeyAttribute } from './global-table';

export interface StronglyConsistentTableProps {
  readonly tableName: string;
  readonly partitionKey: KeyAttribute;
  /** The provider's region. */
  readonly region: string;
  /** Key of the provider's region. */
  readonly kmsKeyArn: string;
  /** The other serving region, with a key of its own. A change of the key replaces the replica. */
  readonly replica: { readonly region: string; readonly kmsKeyArn: string };
  /** Third region, which keeps the log and serves nothing. A change replaces the table. */
  readonly witnessRegion: string;
  readonly deletionProtection: boolean;
}

/**
 * A table whose writes are acknowledged once two of three regions hold them: no acknowledged write is lost with a region,
 * and a strongly consistent read in either serving region sees it. It has no transactions, no time to live and no
 * indexes of its own [Amazon DynamoDB developer guide, multi-Region strong consistency].
 *
 * All its regions are described here, since AWS makes such a table from an empty one in one step.
 */
export class StronglyConsistentTable extends Construct {
  readonly tableName: string;
  readonly tableArn: string;
  /** The replica in the other serving region. */
  readonly replicaArn: string;

  constructor(scope: Construct, id: string, props: StronglyConsistentTableProps) {
    super(scope, id);
    validateRegions(this.node.path, props);
    const { partitionKey, replica, witnessRegion, deletionProtection } = props;
    const table = new DynamodbTable(this, 'Resource', {
      name: props.tableName,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: partitionKey.name,
      attribute: [partitionKey],
      streamEnabled: true,
      streamViewType: 'NEW_AND_OLD_IMAGES',
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: props.kmsKeyArn },
      deletionProtectionEnabled: deletionProtection,
      replica: [
        {
          regionName: replica.region,
          kmsKeyArn: replica.kmsKeyArn,
          consistencyMode: 'STRONG',
          pointInTimeRecovery: true,
          deletionProtectionEnabled: deletionProtection,
          propagateTags: true,
        },
      ],
      globalTableWitness: { regionName: witnessRegion },
    });
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.replicaArn = table.replica.get(0).arn;
  }
}

function validateRegions(path: string, { region, replica, witnessRegion }: StronglyConsistentTableProps): void {
  if (replica.region === region) {
    throw new Error(
      `${path}: replica.region is ${region}, expected a region other than the table's. Name the other serving region.`,
    );
  }
  if ([region, replica.region].includes(witnessRegion)) {
    throw new Error(
      `${path}: witnessRegion is ${witnessRegion}, expected a region that serves nothing. Name a third region.`,
    );
  }
}
