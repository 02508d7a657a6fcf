import { CombinedHealthCheck, FailoverRecords } from '@dr/aws-constructs';
import { computeContract } from '@dr/compute/contract';
import { type Environment, serviceNameOf } from '@dr/environments';
import { dnsZoneContract } from '@dr/network/contract';
import { type PlatformApp, PlatformState } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { globalDnsContract } from './contract';
import { RegionHealthChecks } from './region-health-checks';

/**
 * The name that clients use: answered with the preferred region while that holds the right to write and lets clients in,
 * with the other one otherwise, and with the preferred one again where neither lets them in.
 * Its state lives in the standby's region, so that it can be changed while the primary is dark.
 */
export class GlobalDnsState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>, region: string) {
    super(app, `global-dns-${region}`, { ...app.stateProps, region });
    const { dns } = this.environment;
    const serviceName = serviceNameOf(this.environment);

    const standby = readOutputs(this, computeContract);
    const primary = readPeerOutputs(this, computeContract, this.peerRegion);
    const { zoneId } = readOutputs(this, dnsZoneContract);

    const checks = new RegionHealthChecks(this, { primary, standby });
    const primaryAnswered = new CombinedHealthCheck(this, 'PrimaryAnswered', {
      name: `${this.environment.name}-${this.peerRegion}-answered`,
      healthCheckIds: [checks.primaryServes, checks.primaryEntered],
    });
    new FailoverRecords(this, 'Service', {
      zoneId,
      recordName: serviceName,
      ttlSeconds: dns.recordTtlSeconds,
      primary: {
        region: this.peerRegion,
        dnsName: primary.loadBalancerDnsName,
        healthCheckId: primaryAnswered.healthCheckId,
      },
      secondary: {
        region: this.region,
        dnsName: standby.loadBalancerDnsName,
        healthCheckId: checks.standbyEntered,
      },
    });

    publishOutputs(this, globalDnsContract, {
      serviceName,
      zoneId,
      primaryHealthCheckId: checks.primaryServes,
      primaryEntryCheckId: checks.primaryEntered,
      standbyHealthCheckId: checks.standbyServes,
      standbyEntryCheckId: checks.standbyEntered,
    });
  }
}
