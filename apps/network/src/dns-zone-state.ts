import { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone';
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import type { Environment } from '@dr/environments';
import { type PlatformApp, PlatformState } from '@dr/platform-stack';
import { publishOutputs } from '@dr/stack-contracts';
import { Fn } from 'cdktf';
import { dnsZoneContract } from './contract';

/**
 * The hosted zone of the environment's domain, in a state before all that needs names: load balancers want certificates
 * that were validated in it, and the failover records want the load balancers. Its state lives in the standby's region,
 * so that it can be changed while the primary is dark.
 */
export class DnsZoneState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>, region: string) {
    super(app, `dns-zone-${region}`, { ...app.stateProps, region });
    const { domainName, dns } = this.environment;
    const zone =
      dns.zone === 'create'
        ? new Route53Zone(this, 'Zone', {
            name: domainName,
            comment: 'Public names of the trading service',
            // Records can be changed again an hour after us-east-1 is lost; a failover needs no such change. The provider
            // turns it off before it deletes the zone [Route 53 developer guide; terraform-provider-aws 45302].
            enableAcceleratedRecovery: true,
          })
        : new DataAwsRoute53Zone(this, 'Zone', { name: domainName, privateZone: false });
    if (dns.zone === 'look-up') this.forgetMadeZone();

    publishOutputs(this, dnsZoneContract, {
      zoneId: zone.zoneId,
      nameServers: Fn.join(',', zone.nameServers),
    });
  }

  /** Leaves a zone in Route 53 that this state made before: it is looked up from now on. */
  private forgetMadeZone(): void {
    this.addOverride('removed', [{ from: `${Route53Zone.tfResourceType}.Zone`, lifecycle: { destroy: false } }]);
  }
}
