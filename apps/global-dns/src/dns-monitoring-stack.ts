import { AlarmTopic, EncryptionKey, MetricAlarm, QueryLog, ROUTE_53_REGION } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { globalDnsContract } from './contract';

/**
 * What Route 53 tells in us-east-1 alone: how its checks stand, and who asked. Nothing that a recovery needs is here: with
 * that region dark this state waits, and people are told by the failover controller and its alarms in the standby.
 */
export class DnsMonitoringStack extends PlatformStack<Environment> {
  constructor(app: PlatformApp<Environment>) {
    super(app, `dns-monitoring-${ROUTE_53_REGION}`, { ...app.stackProps, region: ROUTE_53_REGION });
    const { accountId, domainName, logRetentionDays, notifications, regions } = this.environment;
    const standby = regions.standby.name;
    const dns =
      standby === ROUTE_53_REGION
        ? readOutputs(this, globalDnsContract)
        : readPeerOutputs(this, globalDnsContract, standby);

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
    const primary = regions.primary.name;
    const watch = (id: string, alarm: string, healthCheckId: string, description: string) =>
      new MetricAlarm(this, id, {
        alarmName: this.resourceName(NAME_LIMITS.alarm, alarm),
        description,
        namespace: 'AWS/Route53',
        metricName: 'HealthCheckStatus',
        dimensions: { HealthCheckId: healthCheckId },
        statistic: 'Minimum',
        comparison: 'below',
        threshold: 1,
        periodSeconds: 60,
        evaluationPeriods: 1,
        // A check always reports: silence is a check that is gone.
        missingData: 'breaching',
        topicArns: [topicArn],
      });
    watch(
      'PrimaryServes',
      'primary-not-serving',
      dns.primaryHealthCheckId,
      `${primary} fails its deep check: clients are sent to ${standby}. See docs/runbooks/failover.md.`,
    );
    watch(
      'PrimaryEntered',
      'primary-entry-failing',
      dns.primaryEntryCheckId,
      `${primary} serves nobody at its entry: clients are sent to ${standby}, SQL writes wait. See docs/runbooks/failover.md.`,
    );
    watch(
      'StandbyEntered',
      'standby-entry-failing',
      dns.standbyEntryCheckId,
      `${standby} would serve nobody at its entry: a failover would not help. Repair it first. See docs/runbooks/compute.md.`,
    );
    watch(
      'StandbyServes',
      'standby-not-serving',
      dns.standbyHealthCheckId,
      `${standby} fails its deep check: a failover would not help. Repair it first. See docs/runbooks/compute.md.`,
    );
    watch(
      'PrimaryUnlatched',
      'primary-latched',
      dns.latchHealthCheckId,
      `${standby} has taken over and keeps ${primary} out of DNS until a failback. See docs/runbooks/failover.md.`,
    );
  }
}
