import { lastingSettings, loadEnvironment } from '@dr/environments';
import { ContractMirror, runStackApp } from '@dr/platform-stack';
import { dnsZoneContract, networkContract } from './contract';
import { DnsZoneState } from './dns-zone-state';
import { NetworkPeeringState } from './network-peering-state';
import { NetworkState } from './network-state';

runStackApp({ name: 'network', owner: 'network-team', loadEnvironment, lastingSettings }, (app) => {
  const { primary, standby } = app.environment.regions;
  new NetworkState(app, primary, standby);
  new NetworkState(app, standby, primary);
  new ContractMirror(app, networkContract, primary.name, standby.name);
  new NetworkPeeringState(app, standby, primary);

  new DnsZoneState(app, standby.name);
  new ContractMirror(app, dnsZoneContract, standby.name, primary.name);
});
