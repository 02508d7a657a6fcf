import { text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ServiceDefinition } from '../../model/resource-definition';

const NAMED_ALARM = {
  id: '{alarm_name}',
  arn: 'arn:aws:cloudwatch:{region}:{accountId}:alarm:{id}',
  replaces: ['alarm_name'],
  overwrites: () => true,
};

/** Amazon CloudWatch. Codes and words: Amazon CloudWatch API Reference, PutMetricAlarm and PutDashboard. */
export const cloudwatchResources: ServiceDefinition = {
  name: 'cloudwatch',
  sdkId: 'CloudWatch',
  resources: {
    aws_cloudwatch_composite_alarm: {
      label: 'CloudWatch Composite Alarm',
      calls: { create: 'PutCompositeAlarm', update: 'PutCompositeAlarm', delete: 'DeleteAlarms' },
      ...NAMED_ALARM,
      defaults: { actions_enabled: true },
    },
    aws_cloudwatch_dashboard: {
      label: 'CloudWatch Dashboard',
      calls: { create: 'PutDashboard', update: 'PutDashboard', delete: 'DeleteDashboards' },
      id: '{dashboard_name}',
      arn: '',
      replaces: ['dashboard_name'],
      overwrites: () => true,
      computed: { dashboard_arn: 'arn:aws:cloudwatch::{accountId}:dashboard/{id}' },
    },
    aws_cloudwatch_metric_alarm: {
      label: 'CloudWatch Metric Alarm',
      calls: { create: 'PutMetricAlarm', update: 'PutMetricAlarm', delete: 'DeleteAlarms' },
      ...NAMED_ALARM,
      defaults: { actions_enabled: true, treat_missing_data: 'missing' },
      allowed: {
        comparison_operator: [
          'GreaterThanOrEqualToThreshold',
          'GreaterThanThreshold',
          'LessThanThreshold',
          'LessThanOrEqualToThreshold',
          'LessThanLowerOrGreaterThanUpperThreshold',
          'LessThanLowerThreshold',
          'GreaterThanUpperThreshold',
        ],
        treat_missing_data: ['breaching', 'notBreaching', 'ignore', 'missing'],
        statistic: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'],
      },
      exactlyOneOf: [['metric_name', 'metric_query']],
      conflicts: [
        ['statistic', 'extended_statistic'],
        ['metric_name', 'metric_query'],
      ],
      computed: { evaluate_low_sample_count_percentiles: '' },
      internal: ({ now }) => ({ configuredAt: now.toISOString() }),
      checks: [
        ({ attributes, region }) => {
          for (const attribute of ['alarm_actions', 'ok_actions', 'insufficient_data_actions']) {
            const foreign = texts(attributes[attribute]).find(
              (arn) => arn.startsWith('arn:aws:sns:') && arn.split(':')[3] !== region,
            );
            if (foreign !== undefined) {
              throw new AwsError(
                'ValidationError',
                `Invalid region ${foreign.split(':')[3] ?? ''} specified. Only ${region} is supported.`,
                { path: [attribute] },
              );
            }
          }
          const { datapoints_to_alarm: datapoints, evaluation_periods: periods } = attributes;
          if (typeof datapoints === 'number' && typeof periods === 'number' && datapoints > periods) {
            throw new AwsError('ValidationError', 'DatapointsToAlarm must be less than or equal to EvaluationPeriods', {
              path: ['datapoints_to_alarm'],
            });
          }
          if (
            text(attributes['metric_name']) !== '' &&
            (text(attributes['namespace']) === '' || typeof attributes['period'] !== 'number')
          ) {
            throw new AwsError(
              'ValidationError',
              'The parameters Namespace and Period must be specified with MetricName',
              { path: ['metric_name'] },
            );
          }
        },
      ],
    },
  },
};
