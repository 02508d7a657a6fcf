import { runStackApp } from '@dr/platform-stack';
import { GlobalDnsStack } from './global-dns-stack';

runStackApp({ name: 'global-dns', owner: 'network-team' }, (app) => {
  new GlobalDnsStack(app, app.environment.regions.standby.name);
});
