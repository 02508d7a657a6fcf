import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check';
import { Construct } from 'constructs';

export interface EndpointHealthCheckProps {
  /** Name tag; shown in the console, where health checks have no other name. */
  readonly name: string;
  /** Host name without scheme. */
  readonly host: string;
  /** Path with a leading slash. */
  readonly path: string;
  /** A change is in place, as that of host and path. @default 443 */
  readonly port?: number;
  /**
   * Text to look for in the first 5,120 bytes of the answer. A change between a text and none replaces the check.
   * @default none: any answer of status 200 to 399 is healthy
   */
  readonly searchText?: string;
  /**
   * Whether the check is healthy while the text is not there. A new inverted check is unhealthy until its first results
   * [Route 53 developer guide, how Route 53 determines the status].
   * @default false
   */
  readonly inverted?: boolean;
  /** Seconds between two checks of one checker. A change replaces the check, the new one first. */
  readonly intervalSeconds: 10 | 30;
  /** 1 to 10 checks in a row. */
  readonly failureThreshold: number;
}

/** A Route 53 check of an HTTPS endpoint by its answer, or by what that says, run by AWS's checkers from outside the region. */
export class EndpointHealthCheck extends Construct {
  readonly healthCheckId: string;

  constructor(scope: Construct, id: string, props: EndpointHealthCheckProps) {
    super(scope, id);
    const check = new Route53HealthCheck(this, 'Resource', {
      type: props.searchText === undefined ? 'HTTPS' : 'HTTPS_STR_MATCH',
      fqdn: props.host,
      port: props.port ?? 443,
      resourcePath: props.path,
      ...(props.searchText === undefined ? {} : { searchString: props.searchText }),
      ...(props.inverted === true ? { invertHealthcheck: true } : {}),
      requestInterval: props.intervalSeconds,
      failureThreshold: props.failureThreshold,
      enableSni: true,
      tags: { Name: props.name },
      // AWS deletes no check that a combined one names: the new one takes its place there before the old one goes.
      lifecycle: { createBeforeDestroy: true },
    });
    this.healthCheckId = check.id;
  }
}
