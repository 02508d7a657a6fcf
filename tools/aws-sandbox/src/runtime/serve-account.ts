import { AwsEndpoint, type AwsEndpointOptions } from '../endpoint/aws-endpoint';
import type { AwsService, ServiceOptions } from './aws-service';
import { RunningServices } from './running-services';

export interface ServedAccount
  extends ServiceOptions, Pick<AwsEndpointOptions, 'lifecycle' | 'authorize' | 'onDefect'> {}

/** Starts the services of an account, and the endpoint that they are called at, which does not listen yet. */
export function serveAccount(awsServices: readonly AwsService[], options: ServedAccount) {
  const services = new RunningServices(awsServices, options);
  const aws = new AwsEndpoint({
    ...options,
    services: services.endpoints,
    hosts: services.hosts,
    pathOf: (host) => services.pathOf(host),
    gate: options.faults,
    identity: { home: options.home, pid: process.pid },
  });
  return { aws, services };
}
