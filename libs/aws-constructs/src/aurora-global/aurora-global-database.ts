import { RdsGlobalCluster } from '@cdktf/provider-aws/lib/rds-global-cluster';
import { Construct } from 'constructs';

export interface AuroraGlobalDatabaseProps {
  readonly globalClusterIdentifier: string;
  readonly engineVersion: string;
  /** Database that is made with the cluster. A change is left alone: SQL renames a database, and AWS does not. */
  readonly databaseName: string;
  readonly deletionProtection: boolean;
}

/** The global database that regional clusters join: one a platform and environment, made in the founding region. */
export class AuroraGlobalDatabase extends Construct {
  readonly globalClusterIdentifier: string;
  /** Follows the writing region after a failover. */
  readonly globalWriterEndpoint: string;

  constructor(scope: Construct, id: string, props: AuroraGlobalDatabaseProps) {
    super(scope, id);
    const cluster = new RdsGlobalCluster(this, 'Resource', {
      globalClusterIdentifier: props.globalClusterIdentifier,
      engine: 'aurora-postgresql',
      engineVersion: props.engineVersion,
      databaseName: props.databaseName,
      storageEncrypted: true,
      deletionProtection: props.deletionProtection,
      lifecycle: { ignoreChanges: ['database_name'] },
    });
    this.globalClusterIdentifier = cluster.id;
    this.globalWriterEndpoint = cluster.endpoint;
  }
}
