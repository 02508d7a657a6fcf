import { join } from 'node:path';
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { LambdaFunction, type PolicyStatement } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';

/** EventBridge's shortest period: CONTROLLER_PERIOD_MS. */
const SCHEDULE = 'rate(1 minute)';
/** Time that a run takes to end, after its watch. */
const ENDING_SECONDS = 3;
/** Two invocations by the schedule, which overlap, one by alarms: any number is safe, and an alarm storm is no reason for more. */
const RESERVED_CONCURRENCY = 3;
const MEMORY_MB = 512;

export interface FailoverControllerFunctionProps {
  /** Absolute path of the folder with the built handlers. */
  readonly handlers: string;
  /** Watch of one run, ms. */
  readonly runMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
  /** Topic whose alarms invoke the function at once, whatever becomes of the schedule. */
  readonly alarmTopicArn: string;
  readonly kmsKeyArn: string;
}

/**
 * The failover controller's function, and what invokes it. It runs outside any VPC: what it probes and calls is reached
 * from the internet, as clients do.
 */
export class FailoverControllerFunction {
  readonly functionName: string;
  /** Queue of the events that it failed on, retries included. */
  readonly failedEventsQueueName: string;

  constructor(
    private readonly state: PlatformState<Environment>,
    { handlers, runMs, environment, statements, alarmTopicArn, kmsKeyArn }: FailoverControllerFunctionProps,
  ) {
    const controller = new LambdaFunction(state, 'Controller', {
      functionName: state.resourceName(NAME_LIMITS.lambdaFunction, 'failover-controller'),
      roleName: state.resourceName(NAME_LIMITS.iamRole, 'failover-controller', state.region),
      description: 'Watches the other region and takes over',
      archive: join(handlers, 'failover-controller.zip'),
      memoryMb: MEMORY_MB,
      timeoutSeconds: runMs / 1_000 + ENDING_SECONDS,
      reservedConcurrency: RESERVED_CONCURRENCY,
      logRetentionDays: state.environment.logRetentionDays,
      logKmsKeyArn: kmsKeyArn,
      environment,
      statements,
      deadLetters: {
        queueName: state.resourceName(NAME_LIMITS.sqsQueue, 'failover-controller-failed'),
        kmsKeyArn,
      },
    });
    this.functionName = controller.functionName;
    this.failedEventsQueueName = controller.deadLetterQueueName ?? '';
    this.invokeOnSchedule(controller);
    this.invokeOnAlarms(controller, alarmTopicArn);
  }

  private invokeOnSchedule(controller: LambdaFunction): void {
    const rule = new CloudwatchEventRule(this.state, 'EveryMinute', {
      name: this.state.resourceName(NAME_LIMITS.eventRule, 'failover-controller'),
      description: 'Runs the failover controller, minute after minute',
      scheduleExpression: SCHEDULE,
    });
    new CloudwatchEventTarget(this.state, 'EveryMinuteTarget', { rule: rule.name, arn: controller.functionArn });
    new LambdaPermission(this.state, 'AllowSchedule', {
      statementId: 'AllowSchedule',
      action: 'lambda:InvokeFunction',
      functionName: controller.functionName,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
  }

  private invokeOnAlarms(controller: LambdaFunction, topicArn: string): void {
    new LambdaPermission(this.state, 'AllowAlarms', {
      statementId: 'AllowAlarms',
      action: 'lambda:InvokeFunction',
      functionName: controller.functionName,
      principal: 'sns.amazonaws.com',
      sourceArn: topicArn,
    });
    new SnsTopicSubscription(this.state, 'Alarms', { topicArn, protocol: 'lambda', endpoint: controller.functionArn });
  }
}
