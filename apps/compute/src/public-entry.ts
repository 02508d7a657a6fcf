import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { AccessLogBucket, Certificate, PublicLoadBalancer, WebFirewall } from '@dr/aws-constructs';
import { type Environment, serviceNameOf } from '@dr/environments';
import type { networkContract } from '@dr/network/contract';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import type { OutputsOf } from '@dr/stack-contracts';

export interface PublicEntryProps {
  readonly network: OutputsOf<typeof networkContract>;
  /** Hosted zone of the environment's domain. */
  readonly zoneId: string;
  readonly kmsKeyArn: string;
}

/** Where clients come in: a load balancer with its certificate, firewall and access log, and the region's own name. */
export class PublicEntry {
  /** The region's own name, whatever failover answers: `trade-us-east-1.example.com` */
  readonly host: string;
  /** Certificate of the service's name and of {@link host}. */
  readonly certificateArn: string;
  readonly loadBalancer: PublicLoadBalancer;

  constructor(state: PlatformState<Environment>, { network, zoneId, kmsKeyArn }: PublicEntryProps) {
    const { accountId, deletionProtection, domainName, logRetentionDays, service } = state.environment;
    this.host = `trade-${state.region}.${domainName}`;

    const certificate = new Certificate(state, 'Certificate', {
      domainName: serviceNameOf(state.environment),
      alternativeNames: [this.host],
      zoneId,
    });
    this.certificateArn = certificate.certificateArn;
    const accessLogs = new AccessLogBucket(state, 'AccessLogs', {
      bucketName: state.resourceName(NAME_LIMITS.bucket, 'access-logs', accountId, state.region),
      accountId,
      retentionDays: logRetentionDays,
      forceDestroy: !deletionProtection,
    });
    this.loadBalancer = new PublicLoadBalancer(state, 'LoadBalancer', {
      name: state.resourceName(NAME_LIMITS.loadBalancer, 'trade'),
      vpcId: network.vpcId,
      subnetIds: network.publicSubnetIds,
      securityGroupIds: [network.loadBalancerSecurityGroupId],
      servicePort: service.port,
      healthCheckPath: service.healthCheckPath,
      certificateArn: certificate.certificateArn,
      accessLogBucketName: accessLogs.bucketName,
      clientKeepAliveSeconds: service.clientKeepAliveSeconds,
      deletionProtection,
    });
    new WebFirewall(state, 'Firewall', {
      name: state.resourceName(NAME_LIMITS.webAcl, 'trade'),
      loadBalancerArn: this.loadBalancer.loadBalancerArn,
      requestLimitPerAddress: service.requestLimitPerAddress,
      logRetentionDays,
      logKmsKeyArn: kmsKeyArn,
    });
    // For drills, and for a person who checks one region.
    new Route53Record(state, 'RegionalName', {
      zoneId,
      name: this.host,
      type: 'A',
      alias: {
        name: this.loadBalancer.loadBalancerDnsName,
        zoneId: this.loadBalancer.loadBalancerZoneId,
        evaluateTargetHealth: true,
      },
    });
  }
}
