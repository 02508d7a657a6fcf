import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check';
import { Construct } from 'constructs';

export interface CombinedHealthCheckProps {
  /** Name tag; shown in the console, where health checks have no other name. */
  readonly name: string;
  /** Checks that must all be healthy: 2 to 256, none of them combined itself. */
  readonly healthCheckIds: readonly string[];
}

/** A check that asks nothing itself: it is healthy while all others of it are. */
export class CombinedHealthCheck extends Construct {
  readonly healthCheckId: string;

  constructor(scope: Construct, id: string, { name, healthCheckIds }: CombinedHealthCheckProps) {
    super(scope, id);
    if (healthCheckIds.length < 2 || healthCheckIds.length > 256) {
      throw new Error(
        `${this.node.path}: healthCheckIds has ${healthCheckIds.length} checks, expected 2 to 256. Use the only check itself, or fewer.`,
      );
    }
    const check = new Route53HealthCheck(this, 'Resource', {
      type: 'CALCULATED',
      childHealthchecks: [...healthCheckIds],
      childHealthThreshold: healthCheckIds.length,
      tags: { Name: name },
    });
    this.healthCheckId = check.id;
  }
}
