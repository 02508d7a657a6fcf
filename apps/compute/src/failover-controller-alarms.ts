import { MetricAlarm, type MetricAlarmProps } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';
import { CONTROLLER_SERVICE, METRIC_NAMESPACE, RUN_METRIC, runDimensions } from '@dr/recovery';
import type { FailoverControllerFunction } from './failover-controller-function';

type AlarmProps = Omit<MetricAlarmProps, 'alarmName' | 'threshold' | 'periodSeconds' | 'topicArns'>;

/** Alarms of the failover controller's function, and of what it finds of the primary. */
export class FailoverControllerAlarms {
  constructor(
    private readonly state: PlatformState<Environment>,
    private readonly topicArn: string,
    controller: FailoverControllerFunction,
  ) {
    this.watchFunction(controller);
    this.watchPrimary();
    this.watchRecovery();
  }

  private watchFunction({ functionName, failedEventsQueueName }: FailoverControllerFunction): void {
    const ofFunction = { namespace: 'AWS/Lambda', dimensions: { FunctionName: functionName } } as const;
    this.alarm('Errors', 'failover-controller-errors', {
      ...ofFunction,
      description: 'The failover controller ends in an error: the primary is not watched. Check its log.',
      metricName: 'Errors',
      statistic: 'Sum',
      comparison: 'at least',
      evaluationPeriods: 2,
      missingData: 'notBreaching',
    });
    // A controller that does not run reports nothing at all: that is the very failure. Lambda itself counts a run when it has ended.
    this.alarm('NotRunning', 'failover-controller-not-running', {
      namespace: METRIC_NAMESPACE,
      dimensions: runDimensions(),
      description: 'The failover controller does not run: the primary is not watched. Check its rule and concurrency.',
      metricName: RUN_METRIC,
      statistic: 'Sum',
      comparison: 'below',
      evaluationPeriods: 2,
      missingData: 'breaching',
      missingValue: 0,
    });
    this.alarm('FailedEvents', 'failover-controller-failed-events', {
      description: 'The failover controller failed on an event, retries included. Look into its queue.',
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: failedEventsQueueName },
      statistic: 'Maximum',
      comparison: 'at least',
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    });
  }

  /** Reported where the primary is watched from: Route 53's own alarms are in us-east-1, which may be what fails. */
  private watchPrimary(): void {
    const { region, peerRegion } = this.state;
    const ofController = {
      namespace: METRIC_NAMESPACE,
      dimensions: { service: CONTROLLER_SERVICE },
      // An invocation begins anew, and reports only from its seventh round on: an average would be below one half.
      statistic: 'Maximum',
      comparison: 'at least',
      // No invocation, no figure: the alarm on that says so.
      missingData: 'notBreaching',
    } as const;
    this.alarm('PrimaryFailed', 'primary-failed', {
      ...ofController,
      description: `${peerRegion} failed, as seen from ${region}. See docs/runbooks/failover.md.`,
      metricName: 'PrimaryFailed',
      evaluationPeriods: 1,
    });
    // What is not failed enough for the controller to act: a person decides whether to take over.
    this.alarm('PrimaryDegraded', 'primary-degraded', {
      ...ofController,
      description: `${peerRegion} serves in part only, seen from ${region}. Nothing takes over by itself. See docs/runbooks/failover.md.`,
      metricName: 'PrimaryDegraded',
      evaluationPeriods: 2,
    });
  }

  /** Reports a part that clients do not miss until something else fails. */
  private watchRecovery(): void {
    this.alarm('RecoveryImpaired', 'recovery-impaired', {
      namespace: METRIC_NAMESPACE,
      dimensions: { service: CONTROLLER_SERVICE },
      description:
        "A recovery misses the canary, the near replica of the ledger, the witness region or the other region: the controller's log says which.",
      metricName: 'RecoveryImpaired',
      statistic: 'Maximum',
      comparison: 'at least',
      evaluationPeriods: 2,
      missingData: 'notBreaching',
    });
  }

  /** An alarm at one in a minute. */
  private alarm(id: string, name: string, props: AlarmProps): void {
    new MetricAlarm(this.state, id, {
      ...props,
      alarmName: this.state.resourceName(NAME_LIMITS.alarm, name),
      threshold: 1,
      periodSeconds: 60,
      topicArns: [this.topicArn],
    });
  }
}
