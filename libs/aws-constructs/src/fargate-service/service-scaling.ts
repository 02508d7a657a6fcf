import { AppautoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy';
import { AppautoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target';
import { Construct } from 'constructs';

export interface ServiceScalingProps {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly minimumTaskCount: number;
  readonly maximumTaskCount: number;
}

/** The load that a task keeps in reserve is what a zone's loss puts on it: with two of three zones left, half as much. */
const CPU_PERCENT = 60;
const MEMORY_PERCENT = 70;

/** Adds tasks within a minute of load, and takes them away slowly. */
export class ServiceScaling extends Construct {
  constructor(scope: Construct, id: string, props: ServiceScalingProps) {
    super(scope, id);
    const target = new AppautoscalingTarget(this, 'Resource', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${props.clusterName}/${props.serviceName}`,
      minCapacity: props.minimumTaskCount,
      maxCapacity: props.maximumTaskCount,
    });
    this.track('Cpu', 'cpu', target, 'ECSServiceAverageCPUUtilization', CPU_PERCENT);
    this.track('Memory', 'memory', target, 'ECSServiceAverageMemoryUtilization', MEMORY_PERCENT);
  }

  private track(
    id: string,
    name: string,
    target: AppautoscalingTarget,
    predefinedMetricType: string,
    targetValue: number,
  ): void {
    new AppautoscalingPolicy(this, id, {
      name,
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue,
        predefinedMetricSpecification: { predefinedMetricType },
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    });
  }
}
