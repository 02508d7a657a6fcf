import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Construct } from 'constructs';

/** One side of a failover pair. */
export interface FailoverTarget {
  readonly region: string;
  /** DNS name of the region's load balancer. */
  readonly dnsName: string;
  readonly healthCheckId: string;
}

export interface FailoverRecordsProps {
  readonly zoneId: string;
  /** Fully qualified name that clients use; not the zone's apex, which takes no CNAME. */
  readonly recordName: string;
  /** Seconds that resolvers may keep an answer, 1 to 60. */
  readonly ttlSeconds: number;
  /** Answered while its check is healthy, and while neither is [Route 53 developer guide, active-passive failover]. */
  readonly primary: FailoverTarget;
  /** Answered while its check is healthy and the primary's is not. */
  readonly secondary: FailoverTarget;
}

/**
 * The failover pair of one name. CNAME records, since the TTL of an alias to a load balancer is fixed at 60 s
 * [Route 53 developer guide, choosing between alias and non-alias records].
 */
export class FailoverRecords extends Construct {
  constructor(scope: Construct, id: string, props: FailoverRecordsProps) {
    super(scope, id);
    validateTtl(this.node.path, props.ttlSeconds);
    for (const [recordId, type, target] of [
      ['Primary', 'PRIMARY', props.primary],
      ['Secondary', 'SECONDARY', props.secondary],
    ] as const) {
      new Route53Record(this, recordId, {
        zoneId: props.zoneId,
        name: props.recordName,
        type: 'CNAME',
        ttl: props.ttlSeconds,
        records: [target.dnsName],
        setIdentifier: target.region,
        failoverRoutingPolicy: { type },
        healthCheckId: target.healthCheckId,
      });
    }
  }
}

function validateTtl(path: string, ttlSeconds: number): void {
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > 60) {
    throw new Error(`${path}: ttlSeconds is ${ttlSeconds}, expected a whole number from 1 to 60. Correct it.`);
  }
}
