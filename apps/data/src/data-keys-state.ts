import { AlarmTopic, EncryptionKey, type KeyUser } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { publishOutputs } from '@dr/stack-contracts';
import { dataKeysContract } from './contract';

/**
 * One region's encryption keys and alarm topic, in a state of their own: the primary's secret names the standby's key, and the
 * standby's cluster needs the primary's global database, so keys come before both.
 */
export class DataKeysState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>, region: string) {
    super(app, `data-keys-${region}`, { ...app.stateProps, region });

    const database = this.key('Database', 'database', 'Aurora storage, snapshots and performance insights');
    const tables = this.key('Tables', 'tables', 'DynamoDB tables');
    const secrets = this.key('Secrets', 'secrets', 'Secrets Manager secrets');

    const logs = this.key('Logs', 'data-logs', 'Log groups of the data', [{ service: 'logs', region }]);
    const notifications = this.key('Alarms', 'data-alarms', 'Alarms about the data', [
      { service: 'cloudwatch' },
      { service: 'events.rds' },
    ]);
    const alarms = new AlarmTopic(this, 'Alarms', {
      topicName: this.resourceName(NAME_LIMITS.snsTopic, 'data-alarms'),
      accountId: this.environment.accountId,
      kmsKeyArn: notifications.keyArn,
      emails: this.environment.notifications.emails,
      takesDatabaseEvents: true,
    });

    publishOutputs(this, dataKeysContract, {
      databaseKeyArn: database.keyArn,
      tablesKeyArn: tables.keyArn,
      secretsKeyArn: secrets.keyArn,
      logsKeyArn: logs.keyArn,
      alarmTopicArn: alarms.topicArn,
    });
  }

  private key(id: string, purpose: string, description: string, users: readonly KeyUser[] = []): EncryptionKey {
    return new EncryptionKey(this, `${id}Key`, {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, purpose),
      description,
      accountId: this.environment.accountId,
      users,
    });
  }
}
