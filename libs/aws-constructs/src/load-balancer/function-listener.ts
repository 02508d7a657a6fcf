import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { LbTargetGroupAttachment } from '@cdktf/provider-aws/lib/lb-target-group-attachment';
import { Construct } from 'constructs';
import type { LambdaFunction } from '../lambda-function/lambda-function';
import { TLS_POLICY } from './public-load-balancer';

export interface FunctionListenerProps {
  /** Name of the target group, unique in the region: at most 32 characters. */
  readonly name: string;
  readonly loadBalancerArn: string;
  /** Port that nothing else of the load balancer listens at. Its security group says who may connect. */
  readonly port: number;
  /** Certificate of this region that was issued for the names that clients use. */
  readonly certificateArn: string;
  readonly target: Pick<LambdaFunction, 'functionArn' | 'functionName'>;
}

/** HTTPS at a port of its own of a load balancer, answered by a function, which nobody else gets a right to invoke by it. */
export class FunctionListener extends Construct {
  constructor(scope: Construct, id: string, props: FunctionListenerProps) {
    super(scope, id);
    const { name, loadBalancerArn, port, certificateArn, target } = props;
    // Elastic Load Balancing checks no function unless it is told to [CreateTargetGroup, HealthCheckEnabled].
    const targetGroup = new LbTargetGroup(this, 'TargetGroup', { name, targetType: 'lambda' });
    const permission = new LambdaPermission(this, 'AllowLoadBalancer', {
      statementId: 'AllowLoadBalancer',
      action: 'lambda:InvokeFunction',
      functionName: target.functionName,
      principal: 'elasticloadbalancing.amazonaws.com',
      sourceArn: targetGroup.arn,
    });
    const attachment = new LbTargetGroupAttachment(this, 'Target', {
      targetGroupArn: targetGroup.arn,
      targetId: target.functionArn,
      // AWS registers no function that it may not invoke [Elastic Load Balancing user guide, Lambda functions as targets].
      dependsOn: [permission],
    });
    new LbListener(this, 'Resource', {
      loadBalancerArn,
      port,
      protocol: 'HTTPS',
      sslPolicy: TLS_POLICY,
      certificateArn,
      defaultAction: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
      dependsOn: [attachment],
    });
  }
}
