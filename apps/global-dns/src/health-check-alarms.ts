import { MetricAlarm } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { PeerOutputsOf } from '@dr/stack-contracts';
import type { globalDnsContract } from './contract';

type DnsOutputs = PeerOutputsOf<typeof globalDnsContract>;

/** Alarms of Route 53's checks: one a check, as soon as it fails. */
export class HealthCheckAlarms {
  constructor(
    private readonly state: PlatformState<Environment>,
    private readonly dns: DnsOutputs,
    private readonly topicArn: string,
  ) {
    const primary = state.environment.regions.primary.name;
    const standby = state.environment.regions.standby.name;
    this.alarm(
      'PrimaryServes',
      'primary-not-serving',
      'primaryHealthCheckId',
      `${primary} fails its deep check or does not hold the epoch: clients are sent to ${standby}. See docs/runbooks/failover.md.`,
    );
    this.alarm(
      'PrimaryEntered',
      'primary-entry-failing',
      'primaryEntryCheckId',
      `${primary} serves nobody at its entry: clients are sent to ${standby}, SQL writes wait. See docs/runbooks/failover.md.`,
    );
    this.alarm(
      'StandbyEntered',
      'standby-entry-failing',
      'standbyEntryCheckId',
      `${standby} would serve nobody at its entry: a failover would not help. Repair it first. See docs/runbooks/compute.md.`,
    );
    this.alarm(
      'StandbyServes',
      'standby-not-serving',
      'standbyHealthCheckId',
      `${standby} fails its deep check: a failover would not help. Repair it first. See docs/runbooks/compute.md.`,
    );
  }

  private alarm(id: string, name: string, check: keyof DnsOutputs, description: string): void {
    new MetricAlarm(this.state, id, {
      alarmName: this.state.resourceName(NAME_LIMITS.alarm, name),
      description,
      namespace: 'AWS/Route53',
      metricName: 'HealthCheckStatus',
      dimensions: { HealthCheckId: this.dns[check] },
      statistic: 'Minimum',
      comparison: 'below',
      threshold: 1,
      periodSeconds: 60,
      evaluationPeriods: 1,
      // A check always reports: silence is a check that is gone.
      missingData: 'breaching',
      topicArns: [this.topicArn],
    });
  }
}
