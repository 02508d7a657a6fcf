import { Lb } from '@cdktf/provider-aws/lib/lb';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { Construct } from 'constructs';

export interface PublicLoadBalancerProps {
  readonly name: string;
  readonly vpcId: string;
  /** Public subnets, in at least two zones. */
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  readonly deletionProtection: boolean;
  /** Port that the service listens on. */
  readonly servicePort: number;
  /** Path of the service's own health check. */
  readonly healthCheckPath: string;
  /**
   * Seconds that a client's idle connection is kept, 60 to 604,800. AWS's own default of 3,600 would hold clients in
   * an impaired region for up to an hour after DNS has moved on.
   * @default 60
   */
  readonly clientKeepAliveSeconds?: number;
}

/** An internet-facing application load balancer that answers plain HTTP with a redirect only. */
export class PublicLoadBalancer extends Construct {
  readonly loadBalancerArn: string;
  readonly loadBalancerDnsName: string;
  readonly targetGroupArn: string;
  /** The load balancer in a metric's dimensions: `app/<name>/<id>`. */
  readonly loadBalancerMetricName: string;
  /** The target group in a metric's dimensions: `targetgroup/<name>/<id>`. */
  readonly targetGroupMetricName: string;

  constructor(scope: Construct, id: string, props: PublicLoadBalancerProps) {
    super(scope, id);
    const { clientKeepAliveSeconds = 60 } = props;
    if (!Number.isInteger(clientKeepAliveSeconds) || clientKeepAliveSeconds < 60 || clientKeepAliveSeconds > 604_800) {
      throw new Error(
        `${this.node.path}: clientKeepAliveSeconds is ${clientKeepAliveSeconds}, expected a whole number from 60 to 604800. Correct it.`,
      );
    }
    const loadBalancer = new Lb(this, 'Resource', {
      name: props.name,
      loadBalancerType: 'application',
      internal: false,
      subnets: props.subnetIds,
      securityGroups: props.securityGroupIds,
      dropInvalidHeaderFields: true,
      enableDeletionProtection: props.deletionProtection,
      clientKeepAlive: clientKeepAliveSeconds,
    });
    const targetGroup = new LbTargetGroup(this, 'TargetGroup', {
      name: props.name,
      vpcId: props.vpcId,
      targetType: 'ip',
      protocol: 'HTTP',
      port: props.servicePort,
      deregistrationDelay: '30',
      healthCheck: {
        path: props.healthCheckPath,
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    });
    new LbListener(this, 'HttpRedirect', {
      loadBalancerArn: loadBalancer.arn,
      port: 80,
      protocol: 'HTTP',
      defaultAction: [{ type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } }],
    });
    this.loadBalancerArn = loadBalancer.arn;
    this.loadBalancerDnsName = loadBalancer.dnsName;
    this.targetGroupArn = targetGroup.arn;
    this.loadBalancerMetricName = loadBalancer.arnSuffix;
    this.targetGroupMetricName = targetGroup.arnSuffix;
  }
}
