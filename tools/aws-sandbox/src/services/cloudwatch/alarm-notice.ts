import { blocks, isObject, text, texts } from '../../model/attribute-values';
import { longNameOf } from '../../model/regions';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import type { TopicMessage } from '../sns/notification';
import type { AlarmState } from './alarm-state';

/** [SNS API Reference, Publish]; CloudWatch shortens a longer one. */
const LONGEST_SUBJECT = 100;

/** Message that CloudWatch publishes to a topic when an alarm's state changes, with every field of the real one. */
export function alarmNotice(
  accountId: string,
  { arn = '', attributes, id, internal, region }: ResourceRecord,
  previous: AlarmState,
  next: AlarmState,
): TopicMessage {
  const message = {
    AlarmName: id,
    AlarmDescription: text(attributes['alarm_description']) || null,
    AWSAccountId: accountId,
    AlarmConfigurationUpdatedTimestamp: withOffset(text(internal?.['configuredAt'])),
    NewStateValue: next.value,
    NewStateReason: next.reason,
    StateChangeTime: withOffset(new Date(next.changedAtMs ?? 0).toISOString()),
    Region: longNameOf(region),
    AlarmArn: arn,
    OldStateValue: previous.value,
    OKActions: texts(attributes['ok_actions']),
    AlarmActions: texts(attributes['alarm_actions']),
    InsufficientDataActions: texts(attributes['insufficient_data_actions']),
    Trigger: triggerOf(attributes),
  };
  const [before, after] = [`${next.value}: "`, `" in ${longNameOf(region)}`];
  const room = LONGEST_SUBJECT - before.length - after.length;
  const name = id.length > room ? `${id.slice(0, room - 3)}...` : id;
  return { subject: `${before}${name}${after}`, message: JSON.stringify(message) };
}

function triggerOf(attributes: ObjectValue) {
  const compared = {
    EvaluationPeriods: attributes['evaluation_periods'],
    ...(typeof attributes['datapoints_to_alarm'] === 'number'
      ? { DatapointsToAlarm: attributes['datapoints_to_alarm'] }
      : {}),
    ComparisonOperator: text(attributes['comparison_operator']),
    Threshold: attributes['threshold'],
    TreatMissingData: text(attributes['treat_missing_data']),
    EvaluateLowSampleCountPercentile: text(attributes['evaluate_low_sample_count_percentiles']),
  };
  const queries = blocks(attributes['metric_query']);
  if (queries.length > 0) {
    return {
      ...compared,
      Metrics: queries.map((query) => ({
        Id: text(query['id']),
        Expression: text(query['expression']) || null,
        Label: text(query['label']) || null,
        ReturnData: query['return_data'] === true,
      })),
    };
  }
  const percentile = text(attributes['extended_statistic']);
  return {
    MetricName: text(attributes['metric_name']),
    Namespace: text(attributes['namespace']),
    ...(percentile === ''
      ? { StatisticType: 'Statistic', Statistic: inCapitals(text(attributes['statistic'])) }
      : { StatisticType: 'ExtendedStatistic', ExtendedStatistic: percentile }),
    Unit: text(attributes['unit']) || null,
    Dimensions: dimensionsOf(attributes).map(({ name, value }) => ({ value, name })),
    Period: attributes['period'],
    ...compared,
  };
}

/** Names and values of an alarm's dimensions. */
export function dimensionsOf(attributes: ObjectValue): readonly { readonly name: string; readonly value: string }[] {
  const given = attributes['dimensions'];
  return isObject(given) ? Object.entries(given).map(([name, value]) => ({ name, value: text(value) })) : [];
}

/** `SampleCount` → `SAMPLE_COUNT` */
function inCapitals(statistic: string): string {
  return statistic.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

/** CloudWatch writes `+0000` where ISO 8601 has `Z`. */
function withOffset(time: string): string {
  return time.replace(/Z$/, '+0000');
}
