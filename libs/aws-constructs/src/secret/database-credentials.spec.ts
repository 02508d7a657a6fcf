import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { AuroraRegionalCluster } from '../aurora-global/aurora-regional-cluster';
import { DatabaseCredentials, type DatabaseCredentialsProps } from './database-credentials';

const PROPS: DatabaseCredentialsProps = {
  name: 'orders-database',
  username: 'orders_admin',
  kmsKeyArn: 'key-under-test',
  replica: { region: 'eu-central-1', kmsKeyArn: 'replica-key-under-test' },
};

const PASSWORD = /^ephemeral\.aws_secretsmanager_random_password\.Credentials_Password_[0-9A-F]{8}\.random_password$/;

function synthesizeCredentials(changes: Partial<DatabaseCredentialsProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new DatabaseCredentials(scope, 'Credentials', { ...PROPS, ...changes });
  });
}

/** Paths of all texts below a value that hold `part`: `a.b[0]` is `a.b.0`. */
function pathsHolding(part: string, value: unknown, path: readonly string[] = []): string[] {
  if (typeof value === 'string') return value.includes(part) ? [path.join('.')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => pathsHolding(part, inner, [...path, key]));
}

describe('DatabaseCredentials', () => {
  it('keeps a secret with a replica in the other region, each with a key of its region, restorable for 30 days', () => {
    expect(synthesizeCredentials().resource('aws_secretsmanager_secret')).toEqual({
      name: 'orders-database',
      description: 'Credentials of database user orders_admin',
      kms_key_id: 'key-under-test',
      recovery_window_in_days: 30,
      replica: [{ region: 'eu-central-1', kms_key_id: 'replica-key-under-test' }],
    });
  });

  it('can be deleted at once where that is asked for', () => {
    const { recovery_window_in_days } = synthesizeCredentials({ recoveryWindowInDays: 0 }).resource(
      'aws_secretsmanager_secret',
    );

    expect(recovery_window_in_days).toBe(0);
  });

  it('writes user and password as JSON into a write-only argument', () => {
    const version = synthesizeCredentials().resource('aws_secretsmanager_secret_version');

    expect(version).toEqual({
      secret_id: expect.stringMatching(/^\$\{aws_secretsmanager_secret\.Credentials_[0-9A-F]{8}\.id\}$/),
      secret_string_wo: expect.any(String),
      secret_string_wo_version: 1,
    });
    const [, username, password] =
      /^\$\{jsonencode\(\{ username = "(.*)", password = (.*) \}\)\}$/.exec(String(version['secret_string_wo'])) ?? [];
    expect(username).toBe('orders_admin');
    expect(password).toMatch(PASSWORD);
  });

  it('generates 32 letters and digits', () => {
    const { json } = synthesizeCredentials();

    expect(
      Object.values((json['ephemeral'] as Record<string, object>)['aws_secretsmanager_random_password'] ?? {}),
    ).toEqual([{ password_length: 32, exclude_punctuation: true }]);
  });

  it('rotates secret and database together when the version is raised', () => {
    let passwordVersion: number | undefined;
    const state = synthesizeConstructs((scope) => {
      ({ passwordVersion } = new DatabaseCredentials(scope, 'Credentials', { ...PROPS, passwordVersion: 2 }));
    });

    expect(state.resource('aws_secretsmanager_secret_version')['secret_string_wo_version']).toBe(2);
    expect(passwordVersion).toBe(2);
  });

  it('lets the password appear in write-only arguments and nowhere else', () => {
    const { json } = synthesizeConstructs((scope) => {
      const credentials = new DatabaseCredentials(scope, 'Credentials', PROPS);
      new AuroraRegionalCluster(scope, 'Database', {
        clusterIdentifier: 'orders-eu-west-1',
        globalClusterIdentifier: 'orders',
        engineVersion: '16.6',
        instanceClass: 'db.r6g.large',
        instanceCount: 2,
        zones: ['eu-west-1a', 'eu-west-1b'],
        subnetIds: ['subnet-1', 'subnet-2'],
        securityGroupIds: ['group-1'],
        kmsKeyArn: 'key-under-test',
        backupRetentionDays: 7,
        deletionProtection: false,
        log: { retentionDays: 30, kmsKeyArn: 'log-key' },
        primary: {
          databaseName: 'order_book',
          masterUsername: credentials.username,
          masterPassword: credentials.password,
          masterPasswordVersion: credentials.passwordVersion,
        },
      });
    });

    expect(pathsHolding('random_password', json)).toEqual([
      expect.stringMatching(/^resource\.aws_rds_cluster\.Database_[0-9A-F]{8}\.master_password_wo$/),
      expect.stringMatching(
        /^resource\.aws_secretsmanager_secret_version\.Credentials_Version_[0-9A-F]{8}\.secret_string_wo$/,
      ),
    ]);
  });
});
