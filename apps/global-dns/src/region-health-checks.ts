import { EndpointHealthCheck, type EndpointHealthCheckProps } from '@dr/aws-constructs';
import type { computeContract } from '@dr/compute/contract';
import type { Environment } from '@dr/environments';
import type { PlatformState } from '@dr/platform-stack';
import type { OutputsOf, PeerOutputsOf } from '@dr/stack-contracts';
import { Token } from 'cdktf';

export interface RegionHealthChecksProps {
  readonly primary: PeerOutputsOf<typeof computeContract>;
  readonly standby: OutputsOf<typeof computeContract>;
}

/** Route 53's own checks of both regions, by their ids. */
export class RegionHealthChecks {
  readonly primaryServes: string;
  /** The deep check does not come by the service: where that fails, nothing else would say so. */
  readonly primaryEntered: string;
  /** No record depends on it: it is watched, so that nobody relies on a standby that could not serve. */
  readonly standbyServes: string;
  /** Where neither entry lets clients in, the preferred region is answered. */
  readonly standbyEntered: string;

  constructor(
    private readonly state: PlatformState<Environment>,
    { primary, standby }: RegionHealthChecksProps,
  ) {
    const { region, peerRegion } = state;
    const entryPath = state.environment.service.healthCheckPath;
    this.primaryServes = this.checkDeep('PrimaryHealth', `${peerRegion}-serves`, primary);
    this.primaryEntered = this.check('PrimaryEntry', `${peerRegion}-entry`, primary.entryHost, entryPath);
    this.standbyServes = this.checkDeep('StandbyHealth', `${region}-serves`, standby);
    this.standbyEntered = this.check('StandbyEntry', `${region}-entry`, standby.entryHost, entryPath);
  }

  /** At the port of the entry that admits Route 53's checkers alone. */
  private checkDeep(id: string, name: string, compute: PeerOutputsOf<typeof computeContract>): string {
    const { checkerPort, entryHost, healthyText } = compute;
    return this.check(id, name, entryHost, '/', { searchText: healthyText, port: Token.asNumber(checkerPort) });
  }

  private check(
    id: string,
    name: string,
    host: string,
    path: string,
    deep: Pick<EndpointHealthCheckProps, 'searchText' | 'port'> = {},
  ): string {
    const { name: environment, dns } = this.state.environment;
    return new EndpointHealthCheck(this.state, id, {
      host,
      path,
      ...deep,
      name: `${environment}-${name}`,
      intervalSeconds: dns.healthCheckIntervalSeconds as 10 | 30,
      failureThreshold: dns.healthCheckFailureThreshold,
    }).healthCheckId;
  }
}
