import { EndpointHealthCheck, FailoverRecords } from '@dr/aws-constructs';
import { computeContract } from '@dr/compute/contract';
import { dnsZoneContract } from '@dr/network/contract';
import { type PlatformApp, PlatformStack } from '@dr/platform-stack';
import { publishOutputs, readOutputs, readPeerOutputs } from '@dr/stack-contracts';
import { globalDnsContract } from './contract';

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

    const healthCheck = (id: string, ofRegion: string, compute: { healthCheckHost: string; healthyText: string }) =>
      new EndpointHealthCheck(this, id, {
        name: `${this.environment.name}-${ofRegion}`,
        host: compute.healthCheckHost,
        path: '/',
        healthyText: compute.healthyText,
        intervalSeconds: dns.healthCheckIntervalSeconds as 10 | 30,
        failureThreshold: dns.healthCheckFailureThreshold,
      }).healthCheckId;

    const serviceName = `trade.${domainName}`;
    new FailoverRecords(this, 'Service', {
      zoneId: zone.zoneId,
      recordName: serviceName,
      ttlSeconds: dns.recordTtlSeconds,
      primary: {
        region: this.peerRegion,
        dnsName: primary.loadBalancerDnsName,
        healthCheckId: healthCheck('PrimaryHealth', this.peerRegion, primary),
      },
      secondary: {
        region: this.region,
        dnsName: standby.loadBalancerDnsName,
        healthCheckId: healthCheck('StandbyHealth', this.region, standby),
      },
    });

    publishOutputs(this, globalDnsContract, {
      serviceName,
    });
  }
}
