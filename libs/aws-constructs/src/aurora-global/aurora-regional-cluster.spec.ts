import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { AuroraRegionalCluster, type AuroraRegionalClusterProps } from './aurora-regional-cluster';

const PROPS: AuroraRegionalClusterProps = {
  clusterIdentifier: 'orders-eu-west-1',
  globalClusterIdentifier: 'orders',
  engineVersion: '16.6',
  instanceClass: 'db.r6g.large',
  instanceCount: 2,
  zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  subnetIds: ['subnet-1', 'subnet-2'],
  securityGroupIds: ['group-1'],
  kmsKeyArn: 'key-under-test',
  backupRetentionDays: 7,
  deletionProtection: false,
  log: { retentionDays: 30, kmsKeyArn: 'log-key-under-test' },
};

const PRIMARY = {
  databaseName: 'order_book',
  masterUsername: 'admin_user',
  masterPassword: '${ephemeral.password.value}',
  masterPasswordVersion: 3,
};

function synthesizeCluster(changes: Partial<AuroraRegionalClusterProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new AuroraRegionalCluster(scope, 'Database', { ...PROPS, ...changes });
  });
}

describe('AuroraRegionalCluster', () => {
  it('joins the global database without credentials of its own', () => {
    expect(synthesizeCluster().resource('aws_rds_cluster')).toEqual({
      cluster_identifier: 'orders-eu-west-1',
      global_cluster_identifier: 'orders',
      engine: 'aurora-postgresql',
      engine_version: '16.6',
      port: 5432,
      db_subnet_group_name: expect.stringMatching(
        /^\$\{aws_db_subnet_group\.Database_SubnetGroup_[0-9A-F]{8}\.name\}$/,
      ),
      db_cluster_parameter_group_name: expect.stringMatching(
        /^\$\{aws_rds_cluster_parameter_group\.Database_ClusterParameters_[0-9A-F]{8}\.name\}$/,
      ),
      enable_http_endpoint: true,
      enabled_cloudwatch_logs_exports: ['postgresql'],
      vpc_security_group_ids: ['group-1'],
      storage_encrypted: true,
      kms_key_id: 'key-under-test',
      backup_retention_period: 7,
      copy_tags_to_snapshot: true,
      deletion_protection: false,
      skip_final_snapshot: true,
      depends_on: [expect.stringMatching(/^aws_cloudwatch_log_group\.Database_Log_[0-9A-F]{8}$/)],
      lifecycle: {
        ignore_changes: [
          'database_name',
          'engine_version',
          'global_cluster_identifier',
          'replication_source_identifier',
        ],
      },
    });
  });

  it('asks its region for the version, so that one that it does not have fails in the plan', () => {
    expect(synthesizeCluster({ engineVersion: '17.4' }).dataSources('aws_rds_engine_version')).toEqual([
      { engine: 'aurora-postgresql', version: '17.4', include_all: true },
    ]);
  });

  it('admits encrypted connections alone, and logs what is slow', () => {
    expect(synthesizeCluster().resource('aws_rds_cluster_parameter_group')).toEqual({
      name: 'orders-eu-west-1',
      family: 'aurora-postgresql16',
      description: 'Cluster parameters of orders-eu-west-1',
      parameter: [
        { name: 'rds.force_ssl', value: '1' },
        { name: 'log_min_duration_statement', value: '1000' },
      ],
      lifecycle: { create_before_destroy: true },
    });
  });

  it('has parameter groups of a name of its own for each later major version, made before the old ones go', () => {
    const state = synthesizeCluster({ engineVersion: '17.4' });

    for (const type of ['aws_rds_cluster_parameter_group', 'aws_db_parameter_group']) {
      expect(state.resource(type)).toMatchObject({
        name: 'orders-eu-west-1-aurora-postgresql17',
        family: 'aurora-postgresql17',
        lifecycle: { create_before_destroy: true },
      });
    }
  });

  it('writes its log into an encrypted group that was there before it', () => {
    expect(synthesizeCluster().resource('aws_cloudwatch_log_group')).toEqual({
      name: '/aws/rds/cluster/orders-eu-west-1/postgresql',
      retention_in_days: 30,
      kms_key_id: 'log-key-under-test',
    });
  });

  it('founds it with a database and a user whose password is in a write-only argument', () => {
    const cluster = synthesizeCluster({ primary: PRIMARY }).resource('aws_rds_cluster');

    expect(cluster).toMatchObject({
      database_name: 'order_book',
      master_username: 'admin_user',
      master_password_wo: '${ephemeral.password.value}',
      master_password_wo_version: 3,
    });
    expect(cluster).not.toHaveProperty('master_password');
    expect(cluster).not.toHaveProperty('manage_master_user_password');
  });

  it('leaves a final snapshot where it is protected', () => {
    expect(synthesizeCluster({ deletionProtection: true }).resource('aws_rds_cluster')).toMatchObject({
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: 'orders-eu-west-1-final',
    });
  });

  it('has a subnet group of its own', () => {
    expect(synthesizeCluster().resource('aws_db_subnet_group')).toEqual({
      name: 'orders-eu-west-1',
      description: 'Database subnets of orders-eu-west-1',
      subnet_ids: ['subnet-1', 'subnet-2'],
    });
  });

  it('has private, encrypted instances whose version changes only by this code', () => {
    const [first] = synthesizeCluster().resources('aws_rds_cluster_instance');

    expect(first).toEqual({
      identifier: 'orders-eu-west-1-a',
      cluster_identifier: expect.stringMatching(/^\$\{aws_rds_cluster\.Database_[0-9A-F]{8}\.id\}$/),
      engine: 'aurora-postgresql',
      instance_class: 'db.r6g.large',
      availability_zone: 'eu-west-1a',
      db_subnet_group_name: expect.stringMatching(
        /^\$\{aws_db_subnet_group\.Database_SubnetGroup_[0-9A-F]{8}\.name\}$/,
      ),
      db_parameter_group_name: expect.stringMatching(
        /^\$\{aws_db_parameter_group\.Database_InstanceParameters_[0-9A-F]{8}\.name\}$/,
      ),
      publicly_accessible: false,
      auto_minor_version_upgrade: false,
      performance_insights_enabled: true,
      performance_insights_kms_key_id: 'key-under-test',
    });
  });

  it('spreads instances over the zones in turn', () => {
    const instances = synthesizeCluster({ instanceCount: 4 }).resources('aws_rds_cluster_instance');

    expect(instances.map(({ identifier, availability_zone }) => [identifier, availability_zone])).toEqual([
      ['orders-eu-west-1-a', 'eu-west-1a'],
      ['orders-eu-west-1-b', 'eu-west-1b'],
      ['orders-eu-west-1-c', 'eu-west-1c'],
      ['orders-eu-west-1-d', 'eu-west-1a'],
    ]);
  });

  it.each([0, 1, 16, 2.5, Number.NaN])('refuses %d instances', (instanceCount) => {
    expect(() => synthesizeCluster({ instanceCount })).toThrow(
      new Error(
        `constructs/Database: instanceCount is ${instanceCount}, expected a whole number from 2 to 15, so that the loss of a zone leaves one. Correct it.`,
      ),
    );
  });

  it.each([
    [[], 'none'],
    [['eu-west-1a'], 'eu-west-1a'],
    [['eu-west-1a', 'eu-west-1a'], 'eu-west-1a, eu-west-1a'],
  ])('refuses the zones %j', (zones, named) => {
    expect(() => synthesizeCluster({ zones })).toThrow(
      new Error(`constructs/Database: zones are ${named}, expected at least 2 different ones. Name more zones.`),
    );
  });
});
