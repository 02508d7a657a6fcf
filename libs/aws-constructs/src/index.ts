export { AlarmTopic, type AlarmTopicProps } from './alarms/alarm-topic';
export { MetricAlarm, type MetricAlarmProps } from './alarms/metric-alarm';
export { AuroraAlarms, type AuroraAlarmsProps } from './aurora-global/aurora-alarms';
export { AuroraEvents, type AuroraEventsProps } from './aurora-global/aurora-events';
export { AuroraGlobalDatabase, type AuroraGlobalDatabaseProps } from './aurora-global/aurora-global-database';
export {
  AURORA_PORT,
  type AuroraPrimarySettings,
  AuroraRegionalCluster,
  type AuroraRegionalClusterProps,
} from './aurora-global/aurora-regional-cluster';
export { BackupPlan, type BackupPlanProps } from './backup/backup-plan';
export { BackupVault, type BackupVaultProps } from './backup/backup-vault';
export { BucketReplication, type BucketReplicationProps, type ReplicatedBucket } from './bucket/bucket-replication';
export { closeBucket, tlsOnly } from './bucket/closed-bucket';
export { RecordBucket, type RecordBucketProps } from './bucket/record-bucket';
export { Certificate, type CertificateProps } from './certificate/certificate';
export { ContainerRepository, type ContainerRepositoryProps } from './container-repository/container-repository';
export { ImageReplication, type ImageReplicationProps } from './container-repository/image-replication';
export { CombinedHealthCheck, type CombinedHealthCheckProps } from './dns-failover/combined-health-check';
export { EndpointHealthCheck, type EndpointHealthCheckProps } from './dns-failover/endpoint-health-check';
export { QueryLog, type QueryLogProps, ROUTE_53_REGION } from './dns-failover/query-log';
export { FailoverRecords, type FailoverRecordsProps, type FailoverTarget } from './dns-failover/failover-records';
export {
  GlobalTable,
  type GlobalTableProps,
  type KeyAttribute,
  type SecondaryIndex,
} from './dynamodb-global/global-table';
export {
  StronglyConsistentTable,
  type StronglyConsistentTableProps,
} from './dynamodb-global/strongly-consistent-table';
export { GlobalTableReplica, type GlobalTableReplicaProps } from './dynamodb-global/global-table-replica';
export { TableAlarms, type TableAlarmsProps } from './dynamodb-global/table-alarms';
export { EncryptionKey, type EncryptionKeyProps, type KeyUser } from './encryption-key/encryption-key';
export { FargateCluster, type FargateClusterProps } from './fargate-service/fargate-cluster';
export { FargateService, type FargateServiceProps } from './fargate-service/fargate-service';
export { VpcFlowLog, type VpcFlowLogProps } from './flow-log/vpc-flow-log';
export type { DeadLetters } from './lambda-function/dead-letter-queue';
export { LambdaFunction, type LambdaFunctionProps } from './lambda-function/lambda-function';
export { AccessLogBucket, type AccessLogBucketProps } from './load-balancer/access-log-bucket';
export { FunctionListener, type FunctionListenerProps } from './load-balancer/function-listener';
export { PublicLoadBalancer, type PublicLoadBalancerProps } from './load-balancer/public-load-balancer';
export { policyDocument, type PolicyStatement } from './iam/policy-document';
export { LogGroup, type LogGroupProps } from './log-group/log-group';
export { NetworkAcls, type NetworkAclsProps } from './network-acl/network-acls';
export { DatabaseCredentials, type DatabaseCredentialsProps } from './secret/database-credentials';
export { EphemeralPassword } from './secret/ephemeral-password';
export { SecurityGroup, type SecurityGroupProps, type TrafficPeer } from './security-group/security-group';
export { allocateSubnets, SUBNET_TIERS, type SubnetPlan, type SubnetTier, tierCidrBlock } from './vpc/allocate-subnets';
export { Vpc, type VpcProps, zoneLetter } from './vpc/vpc';
export { accountEndpointPolicy, s3EndpointPolicy } from './vpc-endpoints/endpoint-policy';
export { InterfaceEndpoints, type InterfaceEndpointsProps } from './vpc-endpoints/interface-endpoints';
export { type PeeredVpc, VpcPeering, type VpcPeeringProps } from './vpc-peering/vpc-peering';
export { WebFirewall, type WebFirewallProps } from './web-firewall/web-firewall';
