import { CombinedHealthCheck, EndpointHealthCheck, FailoverRecords } from '@dr/aws-constructs';
import { computeContract } from '@dr/compute/contract';
import { dnsZoneContract } from '@dr/network/contract';
import { type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { globalDnsContract } from './contract';

/** Of the standby's health check: whether the primary must not be answered. */
const LATCH_PATH = '/latch';

/**
 * The name that clients use, answered with the primary region while that is healthy, with the standby otherwise.
 * Its state lives in the standby's region, so that it can be changed while the primary is dark.
 */
export class GlobalDnsStack extends PlatformStack {
  constructor(app: PlatformApp, region: string) {
    super(app, `global-dns-${region}`, { ...app.stackProps, region });
    const { domainName, dns } = this.environment;
    const standby = readOutputs(this, computeContract);
    const primary = readPeerOutputs(this, computeContract, this.peerRegion);

    const zone = readOutputs(this, dnsZoneContract);

    const endpoint = (id: string, name: string, compute: { healthCheckHost: string }, path: string, text: string) =>
      new EndpointHealthCheck(this, id, {
        name: `${this.environment.name}-${name}`,
        host: compute.healthCheckHost,
        path,
        searchText: text,
        inverted: path === LATCH_PATH,
        intervalSeconds: dns.healthCheckIntervalSeconds as 10 | 30,
        failureThreshold: dns.healthCheckFailureThreshold,
      }).healthCheckId;
    const primaryServes = endpoint('PrimaryHealth', `${this.peerRegion}-serves`, primary, '/', primary.healthyText);
    // No record depends on it: it is watched, so that nobody relies on a standby that could not serve.
    const standbyServes = endpoint('StandbyHealth', `${this.region}-serves`, standby, '/', standby.healthyText);
    // The standby takes the primary out of DNS by its own data plane: whatever becomes of the primary, it stays out.
    const unlatched = endpoint('Latch', `${this.peerRegion}-unlatched`, standby, LATCH_PATH, standby.latchedText);
    const primaryAnswered = new CombinedHealthCheck(this, 'PrimaryAnswered', {
      name: `${this.environment.name}-${this.peerRegion}-answered`,
      healthCheckIds: [primaryServes, unlatched],
    });

    const serviceName = `trade.${domainName}`;
    new FailoverRecords(this, 'Service', {
      zoneId: zone.zoneId,
      recordName: serviceName,
      ttlSeconds: dns.recordTtlSeconds,
      primary: {
        region: this.peerRegion,
        dnsName: primary.loadBalancerDnsName,
        healthCheckId: primaryAnswered.healthCheckId,
      },
      secondary: { region: this.region, dnsName: standby.loadBalancerDnsName },
    });

    publishOutputs(this, globalDnsContract, {
      serviceName,
      zoneId: zone.zoneId,
      primaryHealthCheckId: primaryServes,
      standbyHealthCheckId: standbyServes,
      latchHealthCheckId: unlatched,
    });
  }
}
