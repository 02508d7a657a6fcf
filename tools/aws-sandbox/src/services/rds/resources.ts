import type { ServiceDefinition } from '../../model/resource-definition';
import { cluster } from './cluster';
import { clusterInstance } from './cluster-instance';
import { engineVersion } from './engine-versions';
import { eventSubscription, SUBSCRIPTION } from './event-subscription';
import { globalCluster } from './global-cluster';
import { parameterGroup, subnetGroup } from './groups';

/**
 * Amazon RDS: Aurora clusters and global databases. Codes and words: Amazon RDS API Reference, errors of each action,
 * and messages quoted in issues of terraform-provider-aws; a message marked inferred has the code of the reference and
 * words of ours.
 */
export const rdsResources: ServiceDefinition = {
  name: 'rds',
  sdkId: 'RDS',
  resources: {
    aws_rds_global_cluster: globalCluster,
    aws_rds_cluster: cluster,
    aws_rds_cluster_instance: clusterInstance,
    [SUBSCRIPTION]: eventSubscription,
    aws_db_subnet_group: subnetGroup,
    aws_rds_cluster_parameter_group: parameterGroup(
      'RDS Cluster Parameter Group',
      'DBClusterParameterGroup',
      'cluster-pg',
      'db_cluster_parameter_group_name',
      'aws_rds_cluster',
    ),
    aws_db_parameter_group: parameterGroup(
      'RDS DB Parameter Group',
      'DBParameterGroup',
      'pg',
      'db_parameter_group_name',
      'aws_rds_cluster_instance',
    ),
  },
  dataSources: { aws_rds_engine_version: engineVersion },
};
