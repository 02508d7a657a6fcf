import { ROUTE_53_REGION } from '@dr/aws-constructs';
import { lastingSettings, loadEnvironment } from '@dr/environments';
import { ContractMirror, runStackApp } from '@dr/platform-stack';
import { globalDnsContract } from './contract';
import { DnsMonitoringState } from './dns-monitoring-state';
import { GlobalDnsState } from './global-dns-state';

runStackApp({ name: 'global-dns', owner: 'network-team', loadEnvironment, lastingSettings }, (app) => {
  const standby = app.environment.regions.standby.name;

  new GlobalDnsState(app, standby);
  if (standby !== ROUTE_53_REGION) new ContractMirror(app, globalDnsContract, standby, ROUTE_53_REGION);
  new DnsMonitoringState(app);
});
