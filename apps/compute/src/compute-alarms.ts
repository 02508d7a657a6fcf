import { MetricAlarm, type MetricAlarmProps, type PublicLoadBalancer } from '@dr/aws-constructs';
import { Construct } from 'constructs';
import type { TradeService } from './trade-service';

/** Route 53 waits 2 s for an answer, and some of that goes on the way there and back [Route 53 developer guide]. */
const SLOW_HEALTH_CHECK_MS = 1_500;
/** A healthy trading request ends well within. */
const SLOW_RESPONSE_SECONDS = 1;

export interface ComputeAlarmsProps {
  /** Name of an alarm of this state from what it is of: `unhealthy-hosts`. */
  readonly nameOf: (alarm: string) => string;
  readonly topicArn: string;
  readonly loadBalancer: Pick<PublicLoadBalancer, 'loadBalancerMetricName' | 'targetGroupMetricName'>;
  readonly trade: Pick<TradeService, 'clusterName' | 'serviceName'>;
  /** Tasks that carry the whole load. */
  readonly taskCount: number;
  readonly regionCheckFunctionName: string;
}

/** Alarms of a region's entry when it fails, slows down or is throttled. What to do is in docs/runbooks/compute.md. */
export class ComputeAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ComputeAlarmsProps,
  ) {
    super(scope, id);
    this.watchLoadBalancer();
    this.watchTasks();
    this.watchHealthCheck();
  }

  private watchLoadBalancer(): void {
    const entry = { LoadBalancer: this.props.loadBalancer.loadBalancerMetricName };
    const targets = { ...entry, TargetGroup: this.props.loadBalancer.targetGroupMetricName };
    // Counts of errors and the response time are there only while there are requests: none is no failure.
    this.alarm('LoadBalancerErrors', 'load-balancer-errors', {
      description: 'The load balancer itself answers 5xx: no task takes the request. Look at healthy hosts first.',
      ...elb('HTTPCode_ELB_5XX_Count', entry),
      statistic: 'Sum',
      comparison: 'at least',
      threshold: 10,
      missingData: 'notBreaching',
      evaluationPeriods: 2,
    });
    this.alarm('ServiceErrors', 'service-errors', {
      description: 'The service answers 5xx. Look at the latest deployment and at the service log.',
      ...elb('HTTPCode_Target_5XX_Count', targets),
      statistic: 'Sum',
      comparison: 'at least',
      threshold: 10,
      missingData: 'notBreaching',
      evaluationPeriods: 2,
    });
    this.alarm('Latency', 'latency', {
      description: `One request in a hundred takes longer than ${SLOW_RESPONSE_SECONDS} s.`,
      ...elb('TargetResponseTime', targets),
      statistic: 'p99',
      comparison: 'above',
      threshold: SLOW_RESPONSE_SECONDS,
      missingData: 'notBreaching',
      evaluationPeriods: 5,
    });
    // No data means no registered task, which the next alarm says.
    this.alarm('UnhealthyHosts', 'unhealthy-hosts', {
      description: "A task fails the load balancer's health check. Look at why the service stopped it.",
      ...elb('UnHealthyHostCount', targets),
      statistic: 'Maximum',
      comparison: 'at least',
      threshold: 1,
      missingData: 'notBreaching',
      evaluationPeriods: 3,
    });
    // A load balancer without any task reports nothing at all: that is the very failure.
    this.alarm('NoHealthyHosts', 'no-healthy-hosts', {
      description: 'No task is healthy: the region serves nothing. Was an image pushed? Else fail over.',
      ...elb('HealthyHostCount', targets),
      statistic: 'Maximum',
      comparison: 'below',
      threshold: 1,
      missingData: 'breaching',
      evaluationPeriods: 1,
    });
  }

  private watchTasks(): void {
    // A service that starts no task reports none.
    this.alarm('TooFewTasks', 'too-few-tasks', {
      description:
        'Fewer tasks run than carry the whole load: failover would not help. Look at the events of the service.',
      namespace: 'ECS/ContainerInsights',
      metricName: 'RunningTaskCount',
      dimensions: { ClusterName: this.props.trade.clusterName, ServiceName: this.props.trade.serviceName },
      statistic: 'Maximum',
      comparison: 'below',
      threshold: this.props.taskCount,
      periodSeconds: 60,
      missingData: 'breaching',
      evaluationPeriods: 5,
    });
  }

  /** A function that is not asked reports nothing; whether Route 53 asks is for its own alarms to say. */
  private watchHealthCheck(): void {
    const dimensions = { FunctionName: this.props.regionCheckFunctionName };
    const lambda = { namespace: 'AWS/Lambda', dimensions, periodSeconds: 60, missingData: 'notBreaching' } as const;
    this.alarm('HealthCheckErrors', 'health-check-errors', {
      description: 'The region check ends in an error, so Route 53 takes the region for failed. Look at its log.',
      ...lambda,
      metricName: 'Errors',
      statistic: 'Sum',
      comparison: 'at least',
      threshold: 1,
      evaluationPeriods: 2,
    });
    this.alarm('HealthCheckThrottles', 'health-check-throttles', {
      description: 'More concurrent runs than healthCheckFunction.reservedConcurrency: Route 53 gets 502. Raise it.',
      ...lambda,
      metricName: 'Throttles',
      statistic: 'Sum',
      comparison: 'at least',
      threshold: 1,
      evaluationPeriods: 1,
    });
    this.alarm('HealthCheckLatency', 'health-check-latency', {
      description: 'The region check is close to the 2 s that Route 53 waits. Look at its traces.',
      ...lambda,
      metricName: 'Duration',
      statistic: 'p99',
      comparison: 'above',
      threshold: SLOW_HEALTH_CHECK_MS,
      evaluationPeriods: 3,
    });
  }

  private alarm(id: string, name: string, props: Omit<MetricAlarmProps, 'alarmName' | 'topicArns'>): void {
    new MetricAlarm(this, id, { ...props, alarmName: this.props.nameOf(name), topicArns: [this.props.topicArn] });
  }
}

function elb(metricName: string, dimensions: Readonly<Record<string, string>>) {
  return { namespace: 'AWS/ApplicationELB', metricName, dimensions, periodSeconds: 60 };
}
