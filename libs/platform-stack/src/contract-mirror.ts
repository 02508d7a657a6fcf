import { type Contract, mirrorOutputs } from '@dr/stack-contracts';
import { PlatformState } from './platform-state';
import type { PlatformApp } from './synthesize-app';

/**
 * The small state that copies a contract's mirrored outputs into the other serving region. It lives in the region that
 * it writes to; with the source region dark nothing but this state is blocked, and what it wrote stays readable.
 */
export class ContractMirror extends PlatformState {
  constructor(app: PlatformApp, contract: Contract, from: string, to: string) {
    super(app, `${contract.name}-mirror-${from}-to-${to}`, { ...app.stateProps, region: to });
    mirrorOutputs(this, contract, from);
  }
}
