import { ROUTE_53_REGION } from '@dr/aws-constructs';
import { loadEnvironment } from '@dr/environments';
import { ContractMirror, runStackApp } from '@dr/platform-stack';
import { globalDnsContract } from './contract';
import { DnsMonitoringStack } from './dns-monitoring-stack';
import { GlobalDnsStack } from './global-dns-stack';

runStackApp({ name: 'global-dns', owner: 'network-team', loadEnvironment }, (app) => {
  const standby = app.environment.regions.standby.name;

  new GlobalDnsStack(app, standby);
  if (standby !== ROUTE_53_REGION) new ContractMirror(app, globalDnsContract, standby, ROUTE_53_REGION);
  new DnsMonitoringStack(app);
});
