import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';

export interface MetricAlarmProps {
  readonly alarmName: string;
  /** Meaning of the alarm and the first thing to do, for the person on call. */
  readonly description: string;
  /** `AWS/RDS` */
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `p99` and the like are percentiles. */
  readonly statistic: 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount' | `p${number}`;
  /** Breached while the statistic is… */
  readonly comparison: 'above' | 'at least' | 'below' | 'at most';
  /** …this, in the metric's own unit. */
  readonly threshold: number;
  /** 10, 30, or a multiple of 60. Below 60 s the metric itself must have that resolution. */
  readonly periodSeconds: number;
  /** Periods in a row that must breach. */
  readonly evaluationPeriods: number;
  /**
   * Treatment of a period without data. There is no default: for a metric that stops when something is broken it is
   * `breaching`, for one that is there only when something happens `notBreaching`.
   */
  readonly missingData: 'breaching' | 'notBreaching' | 'ignore';
  /**
   * Value of a period without data. CloudWatch looks at some periods before the last ones as long as there is data in these,
   * so that an alarm on missing data is late by as many [CloudWatch user guide, how alarm state is evaluated when data is
   * missing]; with a value in their place it is not. The metric is to have data in every period as long as all is well.
   * @default none: `missingData` says how it counts
   */
  readonly missingValue?: number;
  /** Topics that are notified when it begins and when it ends. At least one: an alarm without a receiver is none. */
  readonly topicArns: readonly string[];
}

const OPERATORS = {
  above: 'GreaterThanThreshold',
  'at least': 'GreaterThanOrEqualToThreshold',
  below: 'LessThanThreshold',
  'at most': 'LessThanOrEqualToThreshold',
} as const;

const PERCENTILE = /^p\d/;

/** An alarm over one metric, which notifies its topics when it begins and when it ends. */
export class MetricAlarm extends Construct {
  readonly alarmArn: string;
  readonly alarmName: string;

  constructor(scope: Construct, id: string, props: MetricAlarmProps) {
    super(scope, id);
    const { periodSeconds, evaluationPeriods, topicArns } = props;
    if (![10, 30].includes(periodSeconds) && (periodSeconds <= 0 || periodSeconds % 60 !== 0)) {
      throw new Error(
        `${this.node.path}: periodSeconds is ${periodSeconds}, expected 10, 30 or a multiple of 60. Correct it.`,
      );
    }
    // CloudWatch looks back one day at most [CloudWatch API, PutMetricAlarm].
    if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1 || evaluationPeriods * periodSeconds > 86_400) {
      throw new Error(
        `${this.node.path}: evaluationPeriods is ${evaluationPeriods}, expected a whole number from 1 that with periodSeconds makes one day at most. Correct it.`,
      );
    }
    if (topicArns.length === 0) {
      throw new Error(`${this.node.path}: topicArns is empty, expected at least one topic. Name a topic to notify.`);
    }
    const alarm = new CloudwatchMetricAlarm(this, 'Resource', {
      alarmName: props.alarmName,
      alarmDescription: props.description,
      ...(props.missingValue === undefined
        ? metricOf(props)
        : { metricQuery: filledQueries(props, props.missingValue) }),
      comparisonOperator: OPERATORS[props.comparison],
      threshold: props.threshold,
      evaluationPeriods,
      treatMissingData: props.missingData,
      alarmActions: [...topicArns],
      okActions: [...topicArns],
    });
    this.alarmArn = alarm.arn;
    this.alarmName = alarm.alarmName;
  }
}

function metricOf({ dimensions, metricName, namespace, periodSeconds, statistic }: MetricAlarmProps) {
  return {
    namespace,
    metricName,
    dimensions: { ...dimensions },
    ...(PERCENTILE.test(statistic) ? { extendedStatistic: statistic } : { statistic }),
    period: periodSeconds,
  };
}

/** The metric, and the expression that the alarm is on. */
function filledQueries(
  { dimensions, metricName, namespace, periodSeconds, statistic }: MetricAlarmProps,
  value: number,
) {
  return [
    {
      id: 'filled',
      expression: `FILL(observed, ${value})`,
      label: metricName,
      returnData: true,
    },
    {
      id: 'observed',
      metric: { namespace, metricName, dimensions: { ...dimensions }, stat: statistic, period: periodSeconds },
    },
  ];
}
