import { DynamodbTableReplicaA as DynamodbTableReplica } from '@cdktf/provider-aws/lib/dynamodb-table-replica';
import { Construct } from 'constructs';

export interface GlobalTableReplicaProps {
  /** ARN of the table in the region that made it. */
  readonly globalTableArn: string;
  /** A key of the replica's region. A change replaces the replica [terraform-provider-aws 29102]. */
  readonly kmsKeyArn: string;
  readonly deletionProtection: boolean;
}

/** The replica of a global table in the provider's region, with its own key and point-in-time recovery. */
export class GlobalTableReplica extends Construct {
  readonly tableArn: string;

  constructor(scope: Construct, id: string, props: GlobalTableReplicaProps) {
    super(scope, id);
    const replica = new DynamodbTableReplica(this, 'Resource', {
      globalTableArn: props.globalTableArn,
      kmsKeyArn: props.kmsKeyArn,
      pointInTimeRecovery: true,
      deletionProtectionEnabled: props.deletionProtection,
    });
    this.tableArn = replica.arn;
  }
}
