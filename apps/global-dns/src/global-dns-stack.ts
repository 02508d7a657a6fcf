import {
  CombinedHealthCheck,
  EndpointHealthCheck,
  type EndpointHealthCheckProps,
  FailoverRecords,
} from '@dr/aws-constructs';
import { computeContract } from '@dr/compute/contract';
import type { Environment } from '@dr/environments';
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
export class GlobalDnsStack extends PlatformStack<Environment> {
  constructor(app: PlatformApp<Environment>, region: string) {
    super(app, `global-dns-${region}`, { ...app.stackProps, region });
    const { domainName, dns, service } = this.environment;
    const standby = readOutputs(this, computeContract);
    const primary = readPeerOutputs(this, computeContract, this.peerRegion);

    const zone = readOutputs(this, dnsZoneContract);

    const endpoint = (
      id: string,
      name: string,
      asked: Pick<EndpointHealthCheckProps, 'host' | 'path' | 'searchText'>,
    ) =>
      new EndpointHealthCheck(this, id, {
        ...asked,
        name: `${this.environment.name}-${name}`,
        inverted: asked.path === LATCH_PATH,
        intervalSeconds: dns.healthCheckIntervalSeconds as 10 | 30,
        failureThreshold: dns.healthCheckFailureThreshold,
      }).healthCheckId;
    const deep = (compute: { healthCheckHost: string; healthyText: string }) =>
      ({ host: compute.healthCheckHost, path: '/', searchText: compute.healthyText }) as const;
    const entry = (compute: { entryHost: string }) => ({ host: compute.entryHost, path: service.healthCheckPath });

    const primaryServes = endpoint('PrimaryHealth', `${this.peerRegion}-serves`, deep(primary));
    // The deep check does not come by the load balancer or the service: where those fail, nothing else would say so.
    const primaryEntered = endpoint('PrimaryEntry', `${this.peerRegion}-entry`, entry(primary));
    // No record depends on these two: they are watched, so that nobody relies on a standby that could not serve.
    const standbyServes = endpoint('StandbyHealth', `${this.region}-serves`, deep(standby));
    const standbyEntered = endpoint('StandbyEntry', `${this.region}-entry`, entry(standby));
    // The standby takes the primary out of DNS by its own data plane: whatever becomes of the primary, it stays out.
    const latch = { host: standby.healthCheckHost, path: LATCH_PATH, searchText: standby.latchedText };
    const unlatched = endpoint('Latch', `${this.peerRegion}-unlatched`, latch);
    const primaryAnswered = new CombinedHealthCheck(this, 'PrimaryAnswered', {
      name: `${this.environment.name}-${this.peerRegion}-answered`,
      healthCheckIds: [primaryServes, primaryEntered, unlatched],
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
      primaryEntryCheckId: primaryEntered,
      standbyHealthCheckId: standbyServes,
      standbyEntryCheckId: standbyEntered,
      latchHealthCheckId: unlatched,
    });
  }
}
