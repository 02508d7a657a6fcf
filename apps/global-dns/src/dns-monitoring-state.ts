import { AlarmTopic, EncryptionKey, QueryLog, ROUTE_53_REGION } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { readRegionOutputs } from '@dr/stack-contracts';
import { globalDnsContract } from './contract';
import { HealthCheckAlarms } from './health-check-alarms';

/**
 * Monitoring that Route 53 offers in us-east-1 only: the status of its checks, and the log of DNS queries. A recovery
 * needs none of it: with that region dark this state waits, and the alarms in the standby notify.
 */
export class DnsMonitoringState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>) {
    super(app, `dns-monitoring-${ROUTE_53_REGION}`, { ...app.stateProps, region: ROUTE_53_REGION });
    const { accountId, domainName, logRetentionDays, notifications, regions } = this.environment;
    const dns = readRegionOutputs(this, globalDnsContract, regions.standby.name);

    const { keyArn } = new EncryptionKey(this, 'Key', {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, 'dns-monitoring'),
      description: 'Log of DNS queries, and alarms about the health checks',
      accountId,
      users: [{ service: 'logs', region: ROUTE_53_REGION }, { service: 'cloudwatch' }],
    });
    new QueryLog(this, 'Queries', {
      zoneId: dns.zoneId,
      domainName,
      accountId,
      retentionDays: logRetentionDays,
      kmsKeyArn: keyArn,
      policyName: this.resourceName(NAME_LIMITS.logResourcePolicy, 'dns-queries'),
    });
    const { topicArn } = new AlarmTopic(this, 'Alarms', {
      topicName: this.resourceName(NAME_LIMITS.snsTopic, 'dns-alarms'),
      accountId,
      kmsKeyArn: keyArn,
      emails: notifications.emails,
    });
    new HealthCheckAlarms(this, dns, topicArn);
  }
}
