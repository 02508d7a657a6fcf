import { Lb } from '@cdktf/provider-aws/lib/lb';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface PublicLoadBalancerProps {
  readonly name: string;
  readonly vpcId: string;
  /** Public subnets, in at least two zones. */
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  readonly deletionProtection: boolean;
  /** Certificate of this region that was issued for the names that clients use. */
  readonly certificateArn: string;
  /** Bucket of this region that Elastic Load Balancing may write to: see {@link AccessLogBucket}. */
  readonly accessLogBucketName: string;
  /**
   * Port of targets that are registered without one. A change is left alone: ECS registers each task with the port of its
   * service, and is checked there.
   */
  readonly servicePort: number;
  /** Path of the service's own health check. */
  readonly healthCheckPath: string;
  /**
   * Seconds that a client's idle connection is kept, 60 to 604,800. AWS's own default of 3,600 would hold clients in
   * an impaired region for up to an hour after DNS has moved on.
   * @default 60
   */
  readonly clientKeepAliveSeconds?: number;
  /**
   * Security policy of the listener: TLS 1.2 or later. A change is in place.
   * @default ELBSecurityPolicy-TLS13-1-2-2021-06: TLS 1.3 and 1.2 with forward secrecy
   */
  readonly sslPolicy?: string;
}

/** TLS 1.3 and 1.2 with forward secrecy. */
export const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
/** Policies that admit nothing older than TLS 1.2 [Elastic Load Balancing user guide, security policies]. */
const MODERN_TLS = /^ELBSecurityPolicy-TLS13-1-[23]-/;

/**
 * An internet-facing application load balancer: HTTPS to one target group, a redirect for plain HTTP, and a log of every
 * request.
 */
export class PublicLoadBalancer extends Construct {
  readonly loadBalancerArn: string;
  readonly loadBalancerDnsName: string;
  /** Hosted zone of {@link loadBalancerDnsName}, for an alias record. */
  readonly loadBalancerZoneId: string;
  readonly targetGroupArn: string;
  /** Attachment of the target group: a service that registers targets depends on it, or AWS refuses the service. */
  readonly targetGroupAttachment: ITerraformDependable;
  /** The load balancer in a metric's dimensions: `app/<name>/<id>`. */
  readonly loadBalancerMetricName: string;
  /** The target group in a metric's dimensions: `targetgroup/<name>/<id>`. */
  readonly targetGroupMetricName: string;

  constructor(scope: Construct, id: string, props: PublicLoadBalancerProps) {
    super(scope, id);
    const { clientKeepAliveSeconds = 60, sslPolicy = TLS_POLICY } = props;
    if (!Number.isInteger(clientKeepAliveSeconds) || clientKeepAliveSeconds < 60 || clientKeepAliveSeconds > 604_800) {
      throw new Error(
        `${this.node.path}: clientKeepAliveSeconds is ${clientKeepAliveSeconds}, expected a whole number from 60 to 604800. Correct it.`,
      );
    }
    if (!MODERN_TLS.test(sslPolicy)) {
      throw new Error(
        `${this.node.path}: sslPolicy is ${sslPolicy}, expected a policy of TLS 1.2 or later such as ${TLS_POLICY}. Correct it.`,
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
      accessLogs: { enabled: true, bucket: props.accessLogBucketName },
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
      lifecycle: { ignoreChanges: ['port'] },
    });
    new LbListener(this, 'HttpRedirect', {
      loadBalancerArn: loadBalancer.arn,
      port: 80,
      protocol: 'HTTP',
      defaultAction: [{ type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } }],
    });
    this.targetGroupAttachment = new LbListener(this, 'Https', {
      loadBalancerArn: loadBalancer.arn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy,
      certificateArn: props.certificateArn,
      defaultAction: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
      // A browser that was here once never asks over plain HTTP again.
      routingHttpResponseStrictTransportSecurityHeaderValue: 'max-age=31536000',
    });
    this.loadBalancerArn = loadBalancer.arn;
    this.loadBalancerDnsName = loadBalancer.dnsName;
    this.loadBalancerZoneId = loadBalancer.zoneId;
    this.targetGroupArn = targetGroup.arn;
    this.loadBalancerMetricName = loadBalancer.arnSuffix;
    this.targetGroupMetricName = targetGroup.arnSuffix;
  }
}
