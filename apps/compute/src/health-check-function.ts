import type { Environment } from '@dr/environments';
import type { PlatformState } from '@dr/platform-stack';
import { Fn } from 'cdktf';
import { defineRegionCheck, type RegionCheckProps } from './region-check-function';

/**
 * The same check behind a public URL, as the release before asks it: until `global-dns` and the controllers are deployed.
 * Nothing of this release does.
 */
export class HealthCheckFunction {
  /** Host of its public URL. */
  readonly host: string;

  constructor(state: PlatformState<Environment>, props: RegionCheckProps) {
    const url = defineRegionCheck(state, 'HealthCheck', 'health-check', props).addPublicUrl();
    this.host = Fn.trimsuffix(Fn.trimprefix(url, 'https://'), '/');
  }
}
