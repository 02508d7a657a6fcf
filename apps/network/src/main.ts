import { runStackApp } from '@dr/platform-stack';
import { NetworkStack } from './network-stack';

runStackApp({ name: 'network', owner: 'network-team' }, (app) => {
  const { primary, standby } = app.environment.regions;
  new NetworkStack(app, primary);
  new NetworkStack(app, standby);
});
