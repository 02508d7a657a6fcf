import { DataAwsRdsEngineVersion } from '@cdktf/provider-aws/lib/data-aws-rds-engine-version';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { RdsCluster } from '@cdktf/provider-aws/lib/rds-cluster';
import { RdsClusterInstance } from '@cdktf/provider-aws/lib/rds-cluster-instance';
import { RdsClusterParameterGroup } from '@cdktf/provider-aws/lib/rds-cluster-parameter-group';
import { Construct } from 'constructs';
import { LogGroup } from '../log-group/log-group';

/** Settings of the cluster that founds the global database; the other clusters get them by replication. */
export interface AuroraPrimarySettings {
  readonly databaseName: string;
  readonly masterUsername: string;
  /** Expression for a write-only argument. */
  readonly masterPassword: string;
  readonly masterPasswordVersion: number;
}

export interface AuroraRegionalClusterProps {
  /** Identifier of the cluster, and prefix of its instances'. */
  readonly clusterIdentifier: string;
  readonly globalClusterIdentifier: string;
  /** The same in every region of a global database; the plan fails where the region does not have it. */
  readonly engineVersion: string;
  readonly instanceClass: string;
  /** At least 2: a region without a second instance survives no zone, and one without any cannot be promoted. */
  readonly instanceCount: number;
  /** Zones of the instances, taken in turn; all of the cluster's region. */
  readonly zones: readonly string[];
  /** Database subnets, in at least two zones. */
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  /** A key of the cluster's own region. */
  readonly kmsKeyArn: string;
  readonly backupRetentionDays: number;
  readonly deletionProtection: boolean;
  /** The database's log, which Aurora writes to a log group of a name of its own. */
  readonly log: { readonly retentionDays: number; readonly kmsKeyArn: string };
  /** Present for the founding cluster, absent for one that joins. */
  readonly primary?: AuroraPrimarySettings;
}

/**
 * Family whose parameter groups have the cluster's own name: a group's family is fixed, and those of another major version
 * are made beside the old ones, which a cluster still names.
 */
const UNNAMED_FAMILY = 'aurora-postgresql16';

const ENGINE = 'aurora-postgresql';

/** Aurora's port for PostgreSQL. */
export const AURORA_PORT = 5432;

/**
 * One region's cluster of an Aurora global database (PostgreSQL), encrypted, with instances in different zones.
 *
 * Which region writes may change outside Terraform, by a failover: what changes with it is ignored, so that the next
 * apply neither detaches nor replaces a cluster [terraform-provider-aws 12499, 42919].
 */
export class AuroraRegionalCluster extends Construct {
  readonly clusterArn: string;
  readonly clusterIdentifier: string;
  readonly instanceIdentifiers: readonly string[];
  /** Of the cluster itself: writes only while this region is the primary. */
  readonly writerEndpoint: string;
  readonly readerEndpoint: string;

  constructor(scope: Construct, id: string, props: AuroraRegionalClusterProps) {
    super(scope, id);
    const { clusterIdentifier, zones, instanceCount, primary } = props;
    validateInstances(this.node.path, instanceCount, zones);

    // A version that the region does not have fails in the plan, and not half way through an apply; one that is withdrawn
    // may still run.
    new DataAwsRdsEngineVersion(this, 'EngineVersion', {
      engine: ENGINE,
      version: props.engineVersion,
      includeAll: true,
    });
    const subnetGroup = new DbSubnetGroup(this, 'SubnetGroup', {
      name: clusterIdentifier,
      description: `Database subnets of ${clusterIdentifier}`,
      subnetIds: props.subnetIds,
    });
    // The groups are not inherited by a promoted cluster: each region has its own.
    const family = `${ENGINE}${props.engineVersion.split('.')[0]}`;
    const groupName = family === UNNAMED_FAMILY ? clusterIdentifier : `${clusterIdentifier}-${family}`;
    const clusterParameters = new RdsClusterParameterGroup(this, 'ClusterParameters', {
      name: groupName,
      family,
      description: `Cluster parameters of ${clusterIdentifier}`,
      parameter: [
        { name: 'rds.force_ssl', value: '1' },
        // Statements that take a second or more, so that the log says what was slow.
        { name: 'log_min_duration_statement', value: '1000' },
      ],
      lifecycle: { createBeforeDestroy: true },
    });
    const instanceParameters = new DbParameterGroup(this, 'InstanceParameters', {
      name: groupName,
      family,
      description: `Instance parameters of ${clusterIdentifier}`,
      lifecycle: { createBeforeDestroy: true },
    });
    const log = new LogGroup(this, 'Log', {
      name: `/aws/rds/cluster/${clusterIdentifier}/postgresql`,
      ...props.log,
    });
    const cluster = new RdsCluster(this, 'Resource', {
      clusterIdentifier,
      globalClusterIdentifier: props.globalClusterIdentifier,
      engine: ENGINE,
      engineVersion: props.engineVersion,
      port: AURORA_PORT,
      dbSubnetGroupName: subnetGroup.name,
      dbClusterParameterGroupName: clusterParameters.name,
      // The recovery proves a write through the Data API, which wants no place in the VPC and no driver.
      enableHttpEndpoint: true,
      enabledCloudwatchLogsExports: ['postgresql'],
      vpcSecurityGroupIds: props.securityGroupIds,
      storageEncrypted: true,
      kmsKeyId: props.kmsKeyArn,
      backupRetentionPeriod: props.backupRetentionDays,
      copyTagsToSnapshot: true,
      deletionProtection: props.deletionProtection,
      skipFinalSnapshot: !props.deletionProtection,
      ...(props.deletionProtection ? { finalSnapshotIdentifier: `${clusterIdentifier}-final` } : {}),
      ...(primary
        ? {
            databaseName: primary.databaseName,
            masterUsername: primary.masterUsername,
            masterPasswordWo: primary.masterPassword,
            masterPasswordWoVersion: primary.masterPasswordVersion,
          }
        : {}),
      // Aurora would make the log group itself, unencrypted and for ever.
      dependsOn: [log],
      lifecycle: {
        ignoreChanges: [
          'database_name',
          'engine_version',
          'global_cluster_identifier',
          'replication_source_identifier',
        ],
      },
    });
    this.instanceIdentifiers = Array.from({ length: instanceCount }, (_, instance) => {
      const letter = String.fromCharCode('a'.charCodeAt(0) + instance);
      return new RdsClusterInstance(this, `Instance${letter.toUpperCase()}`, {
        identifier: `${clusterIdentifier}-${letter}`,
        clusterIdentifier: cluster.id,
        engine: ENGINE,
        instanceClass: props.instanceClass,
        availabilityZone: zones[instance % zones.length] as string,
        dbSubnetGroupName: subnetGroup.name,
        dbParameterGroupName: instanceParameters.name,
        publiclyAccessible: false,
        autoMinorVersionUpgrade: false,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: props.kmsKeyArn,
      }).identifier;
    });

    this.clusterArn = cluster.arn;
    this.clusterIdentifier = cluster.clusterIdentifier;
    this.writerEndpoint = cluster.endpoint;
    this.readerEndpoint = cluster.readerEndpoint;
  }
}

function validateInstances(path: string, instanceCount: number, zones: readonly string[]): void {
  if (!Number.isInteger(instanceCount) || instanceCount < 2 || instanceCount > 15) {
    throw new Error(
      `${path}: instanceCount is ${instanceCount}, expected a whole number from 2 to 15, ` +
        `so that the loss of a zone leaves one. Correct it.`,
    );
  }
  if (new Set(zones).size < 2) {
    throw new Error(
      `${path}: zones are ${zones.join(', ') || 'none'}, expected at least 2 different ones. Name more zones.`,
    );
  }
}
