import { loadEnvironment } from '@dr/environments';
import { ContractMirror, runStackApp } from '@dr/platform-stack';
import { dnsZoneContract, networkContract } from './contract';
import { DnsZoneStack } from './dns-zone-stack';
import { NetworkPeeringStack } from './network-peering-stack';
import { NetworkStack } from './network-stack';

runStackApp({ name: 'network', owner: 'network-team', loadEnvironment }, (app) => {
  const { primary, standby } = app.environment.regions;
  new NetworkStack(app, primary);
  new NetworkStack(app, standby);
  new ContractMirror(app, networkContract, primary.name, standby.name);
  new NetworkPeeringStack(app, standby, primary);

  new DnsZoneStack(app, standby.name);
  new ContractMirror(app, dnsZoneContract, standby.name, primary.name);
});
