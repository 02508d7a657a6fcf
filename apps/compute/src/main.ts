import { join } from 'node:path';
import { loadEnvironment } from '@dr/environments';
import { ContractMirror, runStackApp } from '@dr/platform-stack';
import { ComputeStack } from './compute-stack';
import { computeContract } from './contract';
import { FailoverControllerStack } from './failover-controller-stack';

// The bundle's own folder, so that synthesis finds the handlers from any working directory.
const handlers = join(__dirname, 'handlers');

runStackApp({ name: 'compute', owner: 'trading-team', loadEnvironment }, (app) => {
  const primary = app.environment.regions.primary.name;
  const standby = app.environment.regions.standby.name;

  new ComputeStack(app, { region: primary, handlers });
  new ComputeStack(app, { region: standby, handlers });
  new ContractMirror(app, computeContract, primary, standby);
  new FailoverControllerStack(app, { region: standby, handlers });
});
