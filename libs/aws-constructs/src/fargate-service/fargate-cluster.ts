import { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster';
import { EcsClusterCapacityProviders } from '@cdktf/provider-aws/lib/ecs-cluster-capacity-providers';
import type { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { LogGroup } from '../log-group/log-group';

export interface FargateClusterProps {
  /** A change replaces the cluster and all its services. */
  readonly clusterName: string;
  readonly logRetentionDays: number;
  /** Key of the log group; its policy names CloudWatch Logs of this region. */
  readonly logKmsKeyArn: string;
}

/** A cluster without hosts of its own, which reports how its tasks fare. */
export class FargateCluster extends Construct {
  readonly clusterArn: string;
  readonly clusterName: string;

  constructor(scope: Construct, id: string, props: FargateClusterProps) {
    super(scope, id);
    // Container Insights would make this group by itself, unencrypted and for ever.
    const insights = new LogGroup(this, 'InsightsLogGroup', {
      name: `/aws/ecs/containerinsights/${props.clusterName}/performance`,
      retentionDays: props.logRetentionDays,
      kmsKeyArn: props.logKmsKeyArn,
    });
    const cluster = new EcsCluster(this, 'Resource', {
      name: props.clusterName,
      setting: [{ name: 'containerInsights', value: 'enhanced' }],
      dependsOn: [insights.node.defaultChild as TerraformResource],
    });
    new EcsClusterCapacityProviders(this, 'CapacityProviders', {
      clusterName: cluster.name,
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    this.clusterArn = cluster.arn;
    this.clusterName = cluster.name;
  }
}
