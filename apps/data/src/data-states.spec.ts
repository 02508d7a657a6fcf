import { loadEnvironment } from '@dr/environments';
import { synthesizeForTest } from '@dr/testing';
import { DataArchiveState } from './data-archive-state';
import { DataKeysState } from './data-keys-state';
import { PrimaryDataState } from './primary-data-state';
import { StandbyDataState } from './standby-data-state';

const EAST = 'us-east-1';
const WEST = 'us-west-2';

const synthesize = (environment: Parameters<typeof loadEnvironment>[0]) =>
  synthesizeForTest((app) => {
    new DataArchiveState(app, EAST);
    new DataArchiveState(app, WEST);
    new PrimaryDataState(app);
    new StandbyDataState(app);
  }, loadEnvironment(environment));

const platform = synthesize('local');
const [primary, standby] = [platform.state(`data-${EAST}`), platform.state(`data-${WEST}`)];

describe('the database', () => {
  it('is one global database: the primary founds it, the standby joins what was published', () => {
    expect(primary.resource('aws_rds_global_cluster')).toMatchObject({ global_cluster_identifier: 'dr-local-trading' });
    expect(standby.resources('aws_rds_global_cluster')).toEqual([]);
    expect(standby.resource('aws_rds_cluster')['global_cluster_identifier']).toMatch(
      /^\$\{local\.database-us-east-1\["\/dr\/local\/us-east-1\/database\/global-cluster-identifier"\]\}$/,
    );
  });

  it('can be promoted as it stands: as many instances in both regions, in different zones', () => {
    for (const state of [primary, standby]) {
      const zones = state.resources('aws_rds_cluster_instance').map(({ availability_zone: zone }) => zone);
      expect(zones).toHaveLength(2);
      expect(new Set(zones).size).toBe(2);
    }
  });

  it('is left as it is after a promotion: what a promotion changes is ignored', () => {
    for (const state of [primary, standby]) {
      expect(state.resource('aws_rds_cluster')).toMatchObject({
        lifecycle: {
          ignore_changes: expect.arrayContaining(['global_cluster_identifier', 'replication_source_identifier']),
        },
      });
    }
  });

  it('has a password that is in no state: generated for one run, written only, replicated as a secret', () => {
    const cluster = primary.resource('aws_rds_cluster');

    expect(cluster).not.toHaveProperty('master_password');
    expect(cluster).toHaveProperty('master_password_wo');
    expect(standby.resource('aws_rds_cluster')).not.toHaveProperty('master_username');
  });

  it("has the master's credentials and the service's in secrets of their own, each with a copy in the other region", () => {
    const secrets = primary.resources('aws_secretsmanager_secret');

    expect(secrets.map(({ name, replica }) => [name, replica])).toEqual([
      [expect.stringMatching(/-trading-database$/), [expect.objectContaining({ region: WEST })]],
      [expect.stringMatching(/-trading-service$/), [expect.objectContaining({ region: WEST })]],
    ]);
    const versions = primary.resources('aws_secretsmanager_secret_version');
    expect(versions.map((version) => [Object.keys(version).sort(), version['secret_string_wo']])).toEqual(
      ['trading_admin', 'trade_service'].map((username) => [
        ['secret_id', 'secret_string_wo', 'secret_string_wo_version'],
        expect.stringMatching(new RegExp(`^\\$\\{jsonencode\\(\\{ username = "${username}", password = ephemeral\\.`)),
      ]),
    );
  });

  it('is watched in both regions for lag, and missing data breaches where the cluster follows', () => {
    const lag = (state: typeof primary) =>
      state
        .resources('aws_cloudwatch_metric_alarm')
        .find(({ metric_name: name }) => name === 'AuroraGlobalDBReplicationLag');

    expect(lag(standby)).toMatchObject({ threshold: 5_000, treat_missing_data: 'breaching' });
    expect(lag(primary)).toMatchObject({ threshold: 5_000, treat_missing_data: 'notBreaching' });
  });
});

describe('what Aurora reports', () => {
  it("is sent to the region's own topic, of the cluster and of every instance, in both regions", () => {
    for (const [state, region] of [
      [primary, EAST],
      [standby, WEST],
    ] as const) {
      const subscriptions = state.resources('aws_db_event_subscription');

      expect(subscriptions.map(({ source_type: type, source_ids: ids }) => [type, (ids as string[]).length])).toEqual([
        ['db-cluster', 1],
        ['db-instance', 2],
      ]);
      for (const { sns_topic: topic } of subscriptions) expect(topic).toContain(`/${region}/data-keys/alarm-topic-arn`);
    }
  });

  it('may be published to that topic, which is encrypted', () => {
    const keys = synthesizeForTest((app) => {
      new DataKeysState(app, EAST);
    }, loadEnvironment('local')).state(`data-keys-${EAST}`);

    expect(keys.resource('aws_sns_topic_policy')['policy']).toContain('events.rds.amazonaws.com');
    const admitting = keys
      .resources('aws_kms_key')
      .filter(({ policy }) => String(policy).includes('events.rds.amazonaws.com'));
    expect(admitting.map(({ description }) => description)).toEqual(['Alarms about the data']);
  });
});

describe('backups', () => {
  it('are made in each region of what it has, and copied to the other', () => {
    for (const [state, peer] of [
      [primary, WEST],
      [standby, EAST],
    ] as const) {
      const [rule] = state.resource('aws_backup_plan')['rule'] as readonly Record<string, unknown>[];
      expect(JSON.stringify(rule?.['copy_action'])).toContain(`/${peer}/data-archive/backup-vault-arn`);
    }
    expect(primary.resource('aws_backup_selection')['resources']).toHaveLength(2);
    expect(standby.resource('aws_backup_selection')['resources']).toHaveLength(1);
  });

  it('are locked in production', () => {
    const locks = (environment: 'local' | 'prod') =>
      synthesize(environment).state(`data-archive-${WEST}`).resources('aws_backup_vault_lock_configuration').length;

    expect([locks('local'), locks('prod')]).toEqual([0, 1]);
  });
});

describe('audit records', () => {
  it('are replicated both ways, each region with its own key', () => {
    for (const [state, own, peer] of [
      [primary, EAST, WEST],
      [standby, WEST, EAST],
    ] as const) {
      const replication = JSON.stringify(state.resource('aws_s3_bucket_replication_configuration'));
      expect(replication).toContain(`/${own}/data-archive/audit-bucket-name`);
      expect(replication).toContain(`/${peer}/data-archive/audit-bucket-arn`);
      expect(replication).toContain(`/${peer}/data-archive/audit-key-arn`);
    }
  });

  it('are not deleted with their bucket in production', () => {
    const force = (environment: 'local' | 'prod') =>
      synthesize(environment).state(`data-archive-${WEST}`).resource('aws_s3_bucket')['force_destroy'];

    expect([force('local'), force('prod')]).toEqual([true, false]);
  });
});
