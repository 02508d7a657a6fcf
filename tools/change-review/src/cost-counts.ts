import type { SynthesizedState } from '@dr/recovery';

/** Number of things that cost by the hour or the month for as long as they are there. */
export interface CostCount {
  readonly what: string;
  readonly before?: number;
  readonly after: number;
}

type Arguments = Readonly<Record<string, unknown>>;

interface Priced {
  readonly type: string;
  readonly what: (resource: Arguments) => string;
  /** @default 1 */
  readonly count?: (resource: Arguments) => number;
}

const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);
const words = (text: string) => () => text;

/**
 * Types that cost while they are there, as AWS's price lists name them [AWS, pricing of Amazon VPC, PrivateLink, RDS, EC2,
 * Fargate, Elastic Load Balancing, WAF, KMS, Secrets Manager, Route 53 and CloudWatch]. What costs by use is not counted.
 */
const PRICED: readonly Priced[] = [
  { type: 'aws_nat_gateway', what: words('NAT gateways') },
  { type: 'aws_eip', what: words('public IPv4 addresses') },
  {
    type: 'aws_vpc_endpoint',
    what: words('interface endpoints of all zones'),
    count: (endpoint) =>
      endpoint['vpc_endpoint_type'] === 'Interface' ? Math.max(1, lengthOf(endpoint['subnet_ids'])) : 0,
  },
  { type: 'aws_rds_cluster_instance', what: ({ instance_class: size }) => `database instances ${String(size)}` },
  { type: 'aws_db_instance', what: ({ instance_class: size }) => `database instances ${String(size)}` },
  { type: 'aws_instance', what: ({ instance_type: size }) => `instances ${String(size)}` },
  {
    type: 'aws_ecs_service',
    what: words('containers that are wanted'),
    count: ({ desired_count: wanted }) => (typeof wanted === 'number' ? wanted : 1),
  },
  { type: 'aws_lb', what: words('load balancers') },
  { type: 'aws_wafv2_web_acl', what: words('firewalls') },
  { type: 'aws_kms_key', what: words('keys') },
  {
    type: 'aws_secretsmanager_secret',
    what: words('secrets with their replicas'),
    count: ({ replica }) => 1 + lengthOf(replica),
  },
  { type: 'aws_route53_zone', what: words('hosted zones') },
  { type: 'aws_route53_health_check', what: words('health checks') },
  { type: 'aws_cloudwatch_metric_alarm', what: words('alarms') },
];

/**
 * Counts what costs in the synthesized Terraform of two revisions.
 *
 * @param before undefined where it is not known
 */
export function costCounts(
  before: readonly SynthesizedState[] | undefined,
  after: readonly SynthesizedState[],
): readonly CostCount[] {
  const [old, now] = [before && countAll(before), countAll(after)];
  return [...new Set([...now.keys(), ...(old?.keys() ?? [])])].map((what) => ({
    what,
    ...(old === undefined ? {} : { before: old.get(what) ?? 0 }),
    after: now.get(what) ?? 0,
  }));
}

function countAll(states: readonly SynthesizedState[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { type, what, count = () => 1 } of PRICED) {
    for (const { json } of states) {
      const byType = (json['resource'] ?? {}) as Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
      for (const resource of Object.values(byType[type] ?? {})) {
        const { count: copies } = resource;
        const amount = count(resource) * (typeof copies === 'number' ? copies : 1);
        if (amount > 0) counts.set(what(resource), (counts.get(what(resource)) ?? 0) + amount);
      }
    }
  }
  return counts;
}
