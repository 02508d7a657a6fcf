import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';

/** A key attribute: its name and DynamoDB's type of it. */
export interface KeyAttribute {
  readonly name: string;
  /** S: string, N: number, B: binary. */
  readonly type: 'S' | 'N' | 'B';
}

export interface SecondaryIndex {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

export interface GlobalTableProps {
  readonly tableName: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  /** Secondary indexes with all attributes projected. @default none */
  readonly indexes?: readonly SecondaryIndex[];
  /** A key of the table's own region; replicas have their own. */
  readonly kmsKeyArn: string;
  readonly deletionProtection: boolean;
}

/**
 * A DynamoDB table, ready for replicas (eventual consistency, typically within a second): on-demand capacity, streams,
 * point-in-time recovery, customer-managed key. Replicas are made by {@link GlobalTableReplica} in a state of their
 * own, hence their list is ignored here [terraform-provider-aws, aws_dynamodb_table_replica].
 */
export class GlobalTable extends Construct {
  readonly tableArn: string;
  readonly tableName: string;

  constructor(scope: Construct, id: string, props: GlobalTableProps) {
    super(scope, id);
    const { partitionKey, sortKey, indexes = [] } = props;
    const table = new DynamodbTable(this, 'Resource', {
      name: props.tableName,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: partitionKey.name,
      ...(sortKey ? { rangeKey: sortKey.name } : {}),
      attribute: distinctAttributes(this.node.path, [
        partitionKey,
        sortKey,
        ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
      ]),
      globalSecondaryIndex: indexes.map((index) => ({
        name: index.name,
        hashKey: index.partitionKey.name,
        ...(index.sortKey ? { rangeKey: index.sortKey.name } : {}),
        projectionType: 'ALL',
      })),
      streamEnabled: true,
      streamViewType: 'NEW_AND_OLD_IMAGES',
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: props.kmsKeyArn },
      deletionProtectionEnabled: props.deletionProtection,
      lifecycle: { ignoreChanges: ['replica'] },
    });
    this.tableArn = table.arn;
    this.tableName = table.name;
  }
}

/** @throws when two keys give one attribute different types */
function distinctAttributes(path: string, attributes: readonly (KeyAttribute | undefined)[]): KeyAttribute[] {
  const byName = new Map<string, KeyAttribute>();
  for (const attribute of attributes) {
    if (!attribute) continue;
    const known = byName.get(attribute.name) ?? attribute;
    if (known.type !== attribute.type) {
      throw new Error(
        `${path}: attribute ${attribute.name} is ${known.type} and ${attribute.type}, expected one type. Correct it.`,
      );
    }
    byName.set(attribute.name, attribute);
  }
  return [...byName.values()];
}
