import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient, networkOf } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const rds = (call: string, refusal: string, status = 400) =>
  `operation error RDS: ${call}, https response error StatusCode: ${status}, ${refusal}`;

const [EAST, WEST] = ['us-east-1', 'us-west-2'];

const founding = (change: ObjectValue = {}): ObjectValue => ({
  cluster_identifier: 'orders-us-east-1',
  engine: 'aurora-postgresql',
  engine_version: '16.6',
  database_name: 'orders',
  master_username: 'trading',
  master_password_wo: 'secret',
  master_password_wo_version: 1,
  skip_final_snapshot: true,
  ...change,
});

const joining = (change: ObjectValue = {}): ObjectValue => ({
  region: WEST,
  cluster_identifier: 'orders-us-west-2',
  engine: 'aurora-postgresql',
  engine_version: '16.6',
  global_cluster_identifier: 'orders',
  skip_final_snapshot: true,
  ...change,
});

const globalCluster = (change: ObjectValue = {}) =>
  terraform.apply('aws_rds_global_cluster', {
    global_cluster_identifier: 'orders',
    engine: 'aurora-postgresql',
    engine_version: '16.6',
    ...change,
  });

const globalClusterUpdated = (global: ObjectValue, version: string) =>
  terraform.apply(
    'aws_rds_global_cluster',
    { global_cluster_identifier: 'orders', engine: 'aurora-postgresql', engine_version: version },
    terraform.refresh('aws_rds_global_cluster', global),
  );

const creatingCluster = (refusal: string, id = 'orders-us-east-1', status = 400) =>
  `creating RDS Cluster (${id}): ${rds('CreateDBCluster', refusal, status)}`;

describe('a cluster', () => {
  it("has AWS's names, endpoints and defaults", () => {
    const cluster = terraform.apply('aws_rds_cluster', founding());

    expect(cluster).toMatchObject({
      id: 'orders-us-east-1',
      arn: 'arn:aws:rds:us-east-1:000000000000:cluster:orders-us-east-1',
      cluster_resource_id: expect.stringMatching(/^cluster-[A-Z2-7]{26}$/),
      endpoint: expect.stringMatching(/^orders-us-east-1\.cluster-c[a-z0-9]{11}\.us-east-1\.rds\.amazonaws\.com$/),
      reader_endpoint: expect.stringMatching(
        /^orders-us-east-1\.cluster-ro-c[a-z0-9]{11}\.us-east-1\.rds\.amazonaws\.com$/,
      ),
      hosted_zone_id: 'Z2R2ITUGPM61AM',
      availability_zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      port: 5432,
      engine_version_actual: '16.6',
      db_cluster_parameter_group_name: 'default.aurora-postgresql16',
      backup_retention_period: 1,
      storage_encrypted: false,
      master_password_wo: null,
      cluster_members: [],
    });
  });

  it('of MySQL has its port, version and parameter group', () => {
    const cluster = terraform.apply('aws_rds_cluster', founding({ engine: 'aurora-mysql', engine_version: null }));

    expect(cluster).toMatchObject({
      port: 3306,
      engine_version: '8.0.mysql_aurora.3.08.0',
      db_cluster_parameter_group_name: 'default.aurora-mysql8.0',
    });
  });

  it('keeps its password out of the account', () => {
    terraform.apply('aws_rds_cluster', founding({ master_password_wo: 'hunter2-wo' }));
    terraform.apply('aws_rds_cluster', {
      ...founding({ master_password_wo: null, master_password_wo_version: null }),
      cluster_identifier: 'plain',
      master_password: 'hunter2-plain',
    });

    const kept = JSON.stringify(terraform.account.list('aws_rds_cluster'));

    expect(kept).not.toContain('hunter2');
  });

  it('has the members that are made in it, in its region only', () => {
    const cluster = terraform.apply('aws_rds_cluster', founding());
    const instance = (identifier: string) =>
      terraform.apply('aws_rds_cluster_instance', {
        identifier,
        cluster_identifier: 'orders-us-east-1',
        engine: 'aurora-postgresql',
        instance_class: 'db.r6g.large',
      });

    const [first, second] = [instance('orders-a'), instance('orders-b')];

    expect(terraform.refresh('aws_rds_cluster', cluster)?.['cluster_members']).toEqual(['orders-a', 'orders-b']);
    expect(first).toMatchObject({
      id: 'orders-a',
      arn: 'arn:aws:rds:us-east-1:000000000000:db:orders-a',
      dbi_resource_id: expect.stringMatching(/^db-[A-Z2-7]{26}$/),
      endpoint: expect.stringMatching(/^orders-a\.c[a-z0-9]{11}\.us-east-1\.rds\.amazonaws\.com$/),
      availability_zone: 'us-east-1a',
      engine_version: '16.6',
      port: 5432,
      writer: true,
    });
    expect(second['writer']).toBe(false);
    expect(terraform.refusalOfDestroy('aws_rds_cluster', cluster)).toEqual([
      `deleting RDS Cluster (orders-us-east-1): ${rds('DeleteDBCluster', 'InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state.')}`,
      '',
    ]);
  });

  it.each([
    ['without a user', { master_username: null }, 'MasterUsername', 'master_username'],
    ['without a password', { master_password_wo: null }, 'MasterUserPassword', 'master_password'],
  ])('is refused %s', (_what, change, parameter, path) => {
    expect(terraform.refusal('aws_rds_cluster', founding(change))).toEqual([
      creatingCluster(`InvalidParameterValue: The parameter ${parameter} must be provided and must not be blank.`),
      path,
    ]);
  });

  it.each([
    ['a second time', {}, 'DBClusterAlreadyExistsFault: DB Cluster already exists', 'cluster_identifier', 400],
    [
      'with a subnet group that is not there',
      { cluster_identifier: 'other', db_subnet_group_name: 'missing' },
      "DBSubnetGroupNotFoundFault: DB subnet group 'missing' does not exist.",
      'db_subnet_group_name',
      404,
    ],
    [
      'with a security group that is not there',
      { cluster_identifier: 'other', vpc_security_group_ids: ['sg-0'] },
      'InvalidParameterValue: Invalid security group , groupId= sg-0, groupName=.',
      'vpc_security_group_ids',
      400,
    ],
    [
      'with a parameter group that is not there',
      { cluster_identifier: 'other', db_cluster_parameter_group_name: 'missing' },
      'DBClusterParameterGroupNotFound: DBClusterParameterGroup not found: missing',
      'db_cluster_parameter_group_name',
      404,
    ],
    [
      'with a key that is not there',
      { cluster_identifier: 'other', storage_encrypted: true, kms_key_id: 'arn:aws:kms:us-east-1:000000000000:key/k' },
      'KMSKeyNotAccessibleFault: The specified KMS key [arn:aws:kms:us-east-1:000000000000:key/k] does not exist, is not enabled or you do not have permissions to access it.',
      'kms_key_id',
      400,
    ],
    [
      'with a name that is no identifier',
      { cluster_identifier: 'orders--east' },
      'InvalidParameterValue: The parameter cluster_identifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
      'cluster_identifier',
      400,
    ],
    [
      'in a global cluster that is not there',
      { cluster_identifier: 'other', global_cluster_identifier: 'missing' },
      'GlobalClusterNotFoundFault: Global cluster missing not found.',
      'global_cluster_identifier',
      404,
    ],
  ])('is refused %s', (_what, change: ObjectValue, refusal, path, status) => {
    terraform.apply('aws_rds_cluster', founding());

    expect(terraform.refusal('aws_rds_cluster', founding(change))).toEqual([
      creatingCluster(refusal, String(change['cluster_identifier'] ?? 'orders-us-east-1'), status),
      path,
    ]);
    expect(terraform.account.list('aws_rds_cluster')).toHaveLength(1);
  });

  it('is refused with a security group of another VPC than its subnets', () => {
    const { vpcId, subnetIds } = networkOf(terraform);
    const other = networkOf(terraform);
    terraform.apply('aws_db_subnet_group', { name: 'orders', subnet_ids: subnetIds });

    expect(
      terraform.refusal(
        'aws_rds_cluster',
        founding({ db_subnet_group_name: 'orders', vpc_security_group_ids: [other.groupId] }),
      ),
    ).toEqual([
      creatingCluster(
        `InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpcId} and the EC2 security group is in ${other.vpcId}`,
      ),
      'vpc_security_group_ids',
    ]);
  });

  it('is not deleted while it is protected, nor without a word on its final snapshot', () => {
    const guarded = terraform.apply('aws_rds_cluster', founding({ deletion_protection: true }));
    const unsaved = terraform.apply(
      'aws_rds_cluster',
      founding({ cluster_identifier: 'other', skip_final_snapshot: false }),
    );

    expect(terraform.refusalOfDestroy('aws_rds_cluster', guarded)).toEqual([
      `deleting RDS Cluster (orders-us-east-1): ${rds('DeleteDBCluster', 'InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.')}`,
      '',
    ]);
    expect(terraform.refusalOfDestroy('aws_rds_cluster', unsaved)).toEqual([
      'deleting RDS Cluster (other): final_snapshot_identifier is required when skip_final_snapshot is false',
      'final_snapshot_identifier',
    ]);
    expect(terraform.account.list('aws_rds_cluster')).toHaveLength(2);
  });
});

describe('a global cluster', () => {
  it('has a name once in all regions', () => {
    const east = globalCluster();

    expect(east).toMatchObject({
      arn: 'arn:aws:rds::000000000000:global-cluster:orders',
      endpoint: expect.stringMatching(/^orders\.global-[a-z0-9]{12}\.global\.rds\.amazonaws\.com$/),
      global_cluster_resource_id: expect.stringMatching(/^cluster-[a-z0-9]{16}$/),
      global_cluster_members: [],
    });
    expect(
      terraform.refusal('aws_rds_global_cluster', {
        region: WEST,
        global_cluster_identifier: 'orders',
        engine: 'aurora-postgresql',
      }),
    ).toEqual([
      `creating RDS Global Cluster (orders): ${rds('CreateGlobalCluster', 'GlobalClusterAlreadyExistsFault: Global cluster orders already exists.')}`,
      'global_cluster_identifier',
    ]);
  });

  it('has its first cluster as the writer and those that join as readers', () => {
    const global = globalCluster();
    terraform.apply('aws_rds_cluster', founding({ global_cluster_identifier: 'orders' }));

    const secondary = terraform.apply('aws_rds_cluster', joining());

    expect(secondary).toMatchObject({ region: WEST, master_username: 'trading', hosted_zone_id: 'Z1PVIF0B656C1W' });
    expect(terraform.refresh('aws_rds_global_cluster', global)?.['global_cluster_members']).toEqual([
      { db_cluster_arn: 'arn:aws:rds:us-east-1:000000000000:cluster:orders-us-east-1', is_writer: true },
      { db_cluster_arn: 'arn:aws:rds:us-west-2:000000000000:cluster:orders-us-west-2', is_writer: false },
    ]);
  });

  it('upgrades all its clusters and instances with it, which a later update of one leaves', () => {
    const global = globalCluster();
    const given = founding({ global_cluster_identifier: 'orders' });
    const primary = terraform.apply('aws_rds_cluster', given);
    terraform.apply('aws_rds_cluster', joining());
    terraform.apply('aws_rds_cluster_instance', {
      identifier: 'orders-us-west-2-a',
      region: WEST,
      cluster_identifier: 'orders-us-west-2',
      engine: 'aurora-postgresql',
      instance_class: 'db.r6g.large',
    });

    const given168 = { global_cluster_identifier: 'orders', engine: 'aurora-postgresql', engine_version: '16.8' };
    expect(terraform.replacements('aws_rds_global_cluster', given168, global)).toEqual([]);
    const upgraded = globalClusterUpdated(global, '16.8');
    expect(terraform.changes('aws_rds_global_cluster', given168, upgraded)).toEqual([]);
    // Planned before the upgrade: Terraform takes the other version of a provider like AWS's.
    expect(() => terraform.apply('aws_rds_cluster', { ...given, backup_retention_period: 2 }, primary)).toThrow(
      'inconsistent result after apply: engine_version, engine_version_actual',
    );

    const versions = ['aws_rds_cluster', 'aws_rds_cluster_instance'].flatMap((type) =>
      terraform.account.list(type).map(({ id, attributes }) => [id, attributes['engine_version_actual']]),
    );
    expect(Object.fromEntries(versions)).toEqual({
      'orders-us-east-1': '16.8',
      'orders-us-west-2': '16.8',
      'orders-us-west-2-a': '16.8',
    });
  });

  describe('whose clusters are upgraded one by one', () => {
    const at = (region: string) => terraform.account.find('aws_rds_cluster', region, `orders-${region}`);
    const given: Readonly<Record<string, () => ObjectValue>> = {
      'us-east-1': () => founding({ global_cluster_identifier: 'orders' }),
      [WEST]: () => joining(),
    };
    let states: Record<string, ObjectValue>;
    let global: ObjectValue;
    beforeEach(() => {
      global = globalCluster();
      states = {};
      for (const region of ['us-east-1', WEST]) {
        states[region] = terraform.apply('aws_rds_cluster', given[region]?.() ?? {});
        terraform.apply('aws_rds_cluster_instance', {
          identifier: `orders-${region}-a`,
          region,
          cluster_identifier: `orders-${region}`,
          engine: 'aurora-postgresql',
          instance_class: 'db.r6g.large',
        });
      }
    });

    const upgrade = (region: string, version: string) =>
      terraform.tryApply(
        'aws_rds_cluster',
        { ...given[region]?.(), engine_version: version },
        terraform.refresh('aws_rds_cluster', states[region] ?? {}),
      );
    const refusalOf = (region: string, version: string) => {
      const [diagnostic] = upgrade(region, version).diagnostics;
      return diagnostic?.summary;
    };
    const versions = () => [
      terraform.refresh('aws_rds_global_cluster', global)?.['engine_version_actual'],
      ...['us-east-1', WEST].flatMap((region) => [
        at(region)?.attributes['engine_version_actual'],
        terraform.account.find('aws_rds_cluster_instance', region, `orders-${region}-a`)?.attributes[
          'engine_version_actual'
        ],
      ]),
    ];

    it('takes the writer last, and each member reports its own version', () => {
      expect(refusalOf('us-east-1', '16.8')).toBe(
        `updating RDS Cluster (orders-us-east-1): ${rds('ModifyDBCluster', "InvalidParameterValue: Cannot upgrade DB cluster 'orders-us-east-1' to engine version 16.8 as global replica(s) are running lower version. Please upgrade global replicas first before upgrading the primary member.")}`,
      );
      expect(versions()).toEqual(['16.6', '16.6', '16.6', '16.6', '16.6']);

      upgrade(WEST, '16.8');
      expect(versions()).toEqual(['16.6', '16.6', '16.6', '16.8', '16.8']);

      upgrade('us-east-1', '16.8');
      expect(versions()).toEqual(['16.8', '16.8', '16.8', '16.8', '16.8']);
    });

    it('takes no major version, and no lower one', () => {
      expect([refusalOf(WEST, '17.4'), refusalOf(WEST, '16.4')]).toEqual([
        `updating RDS Cluster (orders-us-west-2): ${rds('ModifyDBCluster', "InvalidParameterCombination: Major Version Upgrade isn't supported in a single member of a global cluster. Use ModifyGlobalCluster to upgrade all the members.")}`,
        `updating RDS Cluster (orders-us-west-2): ${rds('ModifyDBCluster', 'InvalidParameterCombination: Cannot upgrade aurora-postgresql from 16.6 to 16.4')}`,
      ]);
      expect(versions()).toEqual(['16.6', '16.6', '16.6', '16.6', '16.6']);
    });
  });

  it.each([
    ['db.t4g.medium', 'a burstable class'],
    ['db.r4.large', 'an older class'],
    ['db.m6g.large', 'a class that Aurora has not'],
    ['db.r6g.lrge', 'a size that there is none of'],
  ])('takes no instance of %s, %s', (instanceClass) => {
    globalCluster();
    terraform.apply('aws_rds_cluster', founding({ global_cluster_identifier: 'orders' }));

    expect(
      terraform.refusal('aws_rds_cluster_instance', {
        identifier: 'orders-a',
        cluster_identifier: 'orders-us-east-1',
        engine: 'aurora-postgresql',
        instance_class: instanceClass,
      }),
    ).toEqual([
      expect.stringContaining(
        `InvalidParameterCombination: RDS does not support creating a DB instance with the following combination: DBInstanceClass=${instanceClass}, Engine=aurora-postgresql, EngineVersion=16.6.`,
      ),
      'instance_class',
    ]);
  });

  it('sets the default parameter groups of a new major version, and takes no group of another', () => {
    const global = globalCluster();
    for (const major of ['16', '17']) {
      terraform.apply('aws_rds_cluster_parameter_group', {
        name: `orders-${major}`,
        family: `aurora-postgresql${major}`,
      });
    }
    const given = founding({ global_cluster_identifier: 'orders', db_cluster_parameter_group_name: 'orders-16' });
    const primary = terraform.apply('aws_rds_cluster', given);

    globalClusterUpdated(global, '17.4');

    const upgraded = terraform.refresh('aws_rds_cluster', primary);
    expect(upgraded?.['db_cluster_parameter_group_name']).toBe('default.aurora-postgresql17');
    expect(terraform.refusal('aws_rds_cluster', { ...given, engine_version: '17.4' }, upgraded)).toEqual([
      `updating RDS Cluster (orders-us-east-1): ${rds('ModifyDBCluster', 'InvalidParameterCombination: The Parameter Group orders-16 with DBParameterGroupFamily aurora-postgresql16 cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily aurora-postgresql17')}`,
      'db_cluster_parameter_group_name',
    ]);
    expect(
      terraform.apply(
        'aws_rds_cluster',
        { ...given, engine_version: '17.4', db_cluster_parameter_group_name: 'orders-17' },
        upgraded,
      ),
    ).toMatchObject({ db_cluster_parameter_group_name: 'orders-17' });
  });

  it.each([
    ['16.10', '16.9', 'a lower one'],
    ['16.10', '17.4', 'one that was released before its own'],
    ['16.6', '16.7', 'one that Aurora left out'],
    ['16.6', '17.2', 'a major one that Aurora left out'],
  ])('of version %s is not upgraded to %s, %s', (from, to) => {
    const global = globalCluster({ engine_version: from });

    expect(
      terraform.refusal(
        'aws_rds_global_cluster',
        { global_cluster_identifier: 'orders', engine: 'aurora-postgresql', engine_version: to },
        global,
      ),
    ).toEqual([
      `updating RDS Global Cluster (orders): ${rds('ModifyGlobalCluster', `InvalidParameterCombination: Cannot upgrade aurora-postgresql from ${from} to ${to}`)}`,
      'engine_version',
    ]);
  });

  it.each(['16.11', '17.6', '18.1', '18.4'])('of version 16.10 is upgraded to %s', (version) => {
    const global = globalCluster({ engine_version: '16.10' });

    expect(globalClusterUpdated(global, version)['engine_version_actual']).toBe(version);
  });

  it('is not made of a version that Aurora left out, and no cluster is', () => {
    const version = { engine: 'aurora-postgresql', engine_version: '16.7' };

    expect(terraform.refusal('aws_rds_global_cluster', { global_cluster_identifier: 'orders', ...version })).toEqual([
      `creating RDS Global Cluster (orders): ${rds('CreateGlobalCluster', 'InvalidParameterValue: The requested engine version was not found or does not support global functionality')}`,
      'engine_version',
    ]);
    expect(terraform.refusal('aws_rds_cluster', founding(version))).toEqual([
      creatingCluster('InvalidParameterCombination: Cannot find version 16.7 for aurora-postgresql'),
      'engine_version',
    ]);
  });

  it('is founded with a user and a password, like any cluster', () => {
    globalCluster();

    expect(
      terraform.refusal('aws_rds_cluster', founding({ global_cluster_identifier: 'orders', master_username: null })),
    ).toEqual([
      creatingCluster('InvalidParameterValue: The parameter MasterUsername must be provided and must not be blank.'),
      'master_username',
    ]);
  });

  it.each([
    [
      'a user',
      { master_username: 'other' },
      'InvalidParameterCombination: Cannot specify user name for cross region replication cluster',
      'master_username',
    ],
    [
      'a password',
      { master_password_wo: 'secret', master_password_wo_version: 1 },
      'InvalidParameterCombination: Cannot specify password for cross region replication cluster',
      'master_password_wo',
    ],
    [
      'a database',
      { database_name: 'orders' },
      'InvalidParameterCombination: Cannot specify database name for cross region replication cluster',
      'database_name',
    ],
    [
      'another version',
      { engine_version: '16.8' },
      'InvalidParameterCombination: The engine of a secondary cluster has to be that of the primary: got aurora-postgresql 16.8, expected aurora-postgresql 16.6.',
      'engine_version',
    ],
    [
      'no key of its own though the primary is encrypted',
      { storage_encrypted: true },
      'InvalidParameterCombination: For encrypted cross-region replica, kmsKeyId should be explicitly specified',
      'kms_key_id',
    ],
    [
      'the region of the primary',
      { region: EAST },
      'InvalidGlobalClusterStateFault: Global cluster orders already has a DB cluster in region us-east-1: orders-us-east-1.',
      'global_cluster_identifier',
    ],
  ])('refuses a secondary cluster with %s', (_what, change, refusal, path) => {
    globalCluster();
    terraform.apply('aws_rds_cluster', founding({ global_cluster_identifier: 'orders', storage_encrypted: true }));

    expect(terraform.refusal('aws_rds_cluster', joining(change))).toEqual([
      creatingCluster(refusal, 'orders-us-west-2'),
      path,
    ]);
  });

  it('is left by its primary cluster last', () => {
    const global = globalCluster();
    const primary = terraform.apply('aws_rds_cluster', founding({ global_cluster_identifier: 'orders' }));
    const secondary = terraform.apply('aws_rds_cluster', joining());

    expect(terraform.refusalOfDestroy('aws_rds_cluster', primary)).toEqual([
      `deleting RDS Cluster (orders-us-east-1): ${rds('RemoveFromGlobalCluster', 'InvalidGlobalClusterStateFault: Global cluster orders has secondary clusters. Remove them before its primary cluster.')}`,
      '',
    ]);
    expect(terraform.refusalOfDestroy('aws_rds_global_cluster', global)).toEqual([
      `deleting RDS Global Cluster (orders): ${rds('DeleteGlobalCluster', 'InvalidGlobalClusterStateFault: Global Cluster arn:aws:rds::000000000000:global-cluster:orders is not empty')}`,
      '',
    ]);
    expect(terraform.destroy('aws_rds_cluster', secondary)).toEqual([]);
    expect(terraform.destroy('aws_rds_cluster', primary)).toEqual([]);
    expect(terraform.destroy('aws_rds_global_cluster', global)).toEqual([]);
  });

  it('lets its clusters go where it is forced to, and is kept where it is protected', () => {
    const guarded = globalCluster({ deletion_protection: true });
    expect(terraform.refusalOfDestroy('aws_rds_global_cluster', guarded)?.[0]).toBe(
      `deleting RDS Global Cluster (orders): ${rds('DeleteGlobalCluster', 'InvalidParameterCombination: Cannot delete protected Global Cluster, please disable deletion protection and try again.')}`,
    );
    const primary = terraform.apply('aws_rds_cluster', founding({ global_cluster_identifier: 'orders' }));
    const forced = terraform.apply(
      'aws_rds_global_cluster',
      { global_cluster_identifier: 'orders', engine: 'aurora-postgresql', engine_version: '16.6', force_destroy: true },
      terraform.refresh('aws_rds_global_cluster', guarded),
    );

    expect(terraform.destroy('aws_rds_global_cluster', forced)).toEqual([]);

    expect(terraform.refresh('aws_rds_cluster', primary)?.['global_cluster_identifier']).toBeNull();
  });
});

describe('an instance', () => {
  const instance = (change: ObjectValue = {}): ObjectValue => ({
    identifier: 'orders-a',
    cluster_identifier: 'orders-us-east-1',
    engine: 'aurora-postgresql',
    instance_class: 'db.r6g.large',
    ...change,
  });

  it.each([
    [
      'in a cluster that is not there',
      { cluster_identifier: 'missing' },
      'DBClusterNotFoundFault: DBCluster missing not found.',
      'cluster_identifier',
      404,
    ],
    [
      'in a cluster of another region',
      { region: WEST },
      'DBClusterNotFoundFault: DBCluster orders-us-east-1 not found.',
      'cluster_identifier',
      404,
    ],
    [
      'of another engine',
      { engine: 'aurora-mysql' },
      "InvalidParameterCombination: The engine name requested for your DB instance (aurora-mysql) doesn't match the engine name of your DB cluster (aurora-postgresql).",
      'engine',
      400,
    ],
    [
      'in a zone of another region',
      { availability_zone: 'us-west-2a' },
      'InvalidParameterValue: Invalid availability zone: us-west-2a',
      'availability_zone',
      400,
    ],
    [
      'in a zone without a subnet',
      { availability_zone: 'us-east-1d' },
      'InvalidVPCNetworkStateFault: DB subnet group orders has no subnet in Availability Zone us-east-1d.',
      'availability_zone',
      400,
    ],
  ])('is refused %s', (_what, change, refusal, path, status) => {
    const { subnetIds } = networkOf(terraform);
    terraform.apply('aws_db_subnet_group', { name: 'orders', subnet_ids: subnetIds });
    terraform.apply('aws_rds_cluster', founding({ db_subnet_group_name: 'orders' }));

    expect(terraform.refusal('aws_rds_cluster_instance', instance(change))).toEqual([
      `creating RDS Cluster Instance (orders-a): ${rds('CreateDBInstance', refusal, status)}`,
      path,
    ]);
  });
});

describe('a subnet group', () => {
  it('covers two zones of one VPC with subnets that are there', () => {
    const { subnetIds } = networkOf(terraform);
    const other = networkOf(terraform);
    const refusal = (...subnets: readonly string[]) =>
      terraform.refusal('aws_db_subnet_group', { name: 'orders', subnet_ids: subnets });
    const creating = (text: string) => `creating RDS DB Subnet Group (orders): ${rds('CreateDBSubnetGroup', text)}`;
    const [a = '', b = ''] = subnetIds;

    expect(refusal(a)).toEqual([
      creating(
        "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: us-east-1a. Add subnets to cover at least 2 AZs.",
      ),
      'subnet_ids',
    ]);
    expect(refusal(a, 'subnet-0')).toEqual([
      creating('InvalidSubnet: Some input subnets in :[subnet-0] are invalid.'),
      'subnet_ids',
    ]);
    expect(refusal(a, other.subnetIds[1] ?? '')).toEqual([
      creating('InvalidParameterValue: The subnets of a DB subnet group must all be of one VPC.'),
      'subnet_ids',
    ]);
    expect(refusal(a, b)).toBeUndefined();
    expect(refusal(a, b)).toEqual([
      creating("DBSubnetGroupAlreadyExists: The DB subnet group 'orders' already exists."),
      'name',
    ]);
  });

  it('is kept while a cluster of its region uses it', () => {
    const { subnetIds } = networkOf(terraform);
    const group = terraform.apply('aws_db_subnet_group', { name: 'orders', subnet_ids: subnetIds });
    const cluster = terraform.apply('aws_rds_cluster', founding({ db_subnet_group_name: 'orders' }));

    expect(terraform.refusalOfDestroy('aws_db_subnet_group', group)).toEqual([
      `deleting RDS DB Subnet Group (orders): ${rds('DeleteDBSubnetGroup', "InvalidDBSubnetGroupStateFault: Cannot delete the subnet group 'orders' because at least one database cluster: orders-us-east-1 is still using it.")}`,
      '',
    ]);
    terraform.destroy('aws_rds_cluster', cluster);
    expect(terraform.destroy('aws_db_subnet_group', group)).toEqual([]);
  });
});

describe('the engine versions that AWS lists', () => {
  const read = (version: string) => terraform.data('aws_rds_engine_version', { engine: 'aurora-postgresql', version });

  it.each(['16.1', '16.6', '16.11', '17.4', '18.1'])('have %s, with its parameter group family', (version) => {
    expect(read(version).state).toMatchObject({
      version_actual: version,
      parameter_group_family: `aurora-postgresql${version.slice(0, 2)}`,
      supports_global_databases: true,
    });
  });

  it.each(['16.0', '16.5', '16.7', '17.3'])('lack %s, which Aurora left out', (version) => {
    expect(read(version).diagnostics[0]?.summary).toBe(
      `reading RDS Engine Version: no RDS engine versions found: aurora-postgresql ${version}`,
    );
  });
});
