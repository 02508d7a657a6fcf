import { DbEventSubscription } from '@cdktf/provider-aws/lib/db-event-subscription';
import { Construct } from 'constructs';

export interface AuroraEventsProps {
  /** Begins the names of the subscriptions. */
  readonly clusterIdentifier: string;
  readonly instanceIdentifiers: readonly string[];
  /** Topic of the region that Amazon RDS may publish to. */
  readonly topicArn: string;
}

/**
 * Subscriptions to what Aurora reports of one region's cluster of a global database: moves of the writer and rebuilds are
 * events of the cluster, the outcome of write fencing (RDS-EVENT-0390 and RDS-EVENT-0391) is one of an instance. Aurora
 * records the outcome in the former writer's region, and in the new one's where the former cannot be reached: each
 * region needs its own [Aurora user guide, event messages; global database failover].
 */
export class AuroraEvents extends Construct {
  constructor(scope: Construct, id: string, props: AuroraEventsProps) {
    super(scope, id);
    const { clusterIdentifier, instanceIdentifiers, topicArn: snsTopic } = props;
    new DbEventSubscription(this, 'Cluster', {
      name: `${clusterIdentifier}-cluster-events`,
      snsTopic,
      sourceType: 'db-cluster',
      sourceIds: [clusterIdentifier],
      eventCategories: ['global failover'],
    });
    // Of all categories: AWS lists the outcome of write fencing under "notification, global database", and does not say
    // whether that is one category or two. A filter that matches neither would be silent.
    new DbEventSubscription(this, 'Instances', {
      name: `${clusterIdentifier}-instance-events`,
      snsTopic,
      sourceType: 'db-instance',
      sourceIds: [...instanceIdentifiers],
    });
  }
}
