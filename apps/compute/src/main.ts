import { join } from 'node:path';
import { lastingSettings, loadEnvironment } from '@dr/environments';
import { ContractMirror, runStackApp } from '@dr/platform-stack';
import { ComputeState } from './compute-state';
import { computeContract } from './contract';
import { DeadManState } from './dead-man-state';
import { FailoverControllerState } from './failover-controller-state';

// The bundle's own folder, so that synthesis finds the handlers from any working directory.
const handlers = join(__dirname, 'handlers');

runStackApp({ name: 'compute', owner: 'trading-team', loadEnvironment, lastingSettings }, (app) => {
  const primary = app.environment.regions.primary.name;
  const standby = app.environment.regions.standby.name;

  new ComputeState(app, { region: primary, handlers, imagesCopiedTo: standby });
  new ComputeState(app, { region: standby, handlers });
  new ContractMirror(app, computeContract, primary, standby);
  new ContractMirror(app, computeContract, standby, primary);
  new FailoverControllerState(app, { region: primary, handlers });
  new FailoverControllerState(app, { region: standby, handlers });
  new DeadManState(app);
});
