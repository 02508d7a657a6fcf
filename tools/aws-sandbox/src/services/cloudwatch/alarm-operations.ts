import { type Members, stringMember } from '../../endpoint/calls/members';
import { pageOf } from '../../endpoint/calls/page';
import type { Operation } from '../../endpoint/calls/service-endpoint';
import { isJson, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import { dimensionsOf } from './alarm-notice';
import type { StateValue } from './alarm-state';
import type { Alarms } from './alarms';

/** Largest page [CloudWatch API Reference, DescribeAlarms]; also the default, which the reference does not state. */
const LARGEST_PAGE = 100;

/** Operations on alarms that Terraform made: describing them, and setting their state. */
export function alarmOperations(alarms: Alarms): Readonly<Record<'DescribeAlarms' | 'SetAlarmState', Operation>> {
  return {
    SetAlarmState: (input, { region }) => {
      const data = stringMember(input, 'StateReasonData') ?? '';
      if (data !== '' && !isJson(data)) throw new AwsError('InvalidFormat', 'StateReasonData is not valid JSON');
      const alarm = alarms.find(region, String(input['AlarmName']));
      // AWS says no word more than the code: `aws` shows `Unknown`.
      if (alarm === undefined) throw new AwsError('ResourceNotFound', '');
      alarms.put(alarm, input['StateValue'] as StateValue, String(input['StateReason']), data);
      return {};
    },
    DescribeAlarms: (input, { region }) => {
      const names = input['AlarmNames'] as readonly string[] | undefined;
      const [prefix, state, action] = ['AlarmNamePrefix', 'StateValue', 'ActionPrefix'].map((member) =>
        stringMember(input, member),
      );
      if (names !== undefined && prefix !== undefined) {
        throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix cannot be specified together');
      }
      const types = (input['AlarmTypes'] ?? ['MetricAlarm']) as readonly string[];
      const found = alarms
        .list(region)
        .filter(({ id }) => (names?.includes(id) ?? true) && id.startsWith(prefix ?? ''))
        .filter((alarm) => state === undefined || alarms.stateOf(alarm).value === state)
        .filter((alarm) => action === undefined || actionsOf(alarm).some((arn) => arn.startsWith(action)))
        .filter(() => types.includes('MetricAlarm'));
      const { nextToken, records } = pageOf(found, input['NextToken'], Number(input['MaxRecords'] ?? LARGEST_PAGE));
      return { MetricAlarms: records.map((alarm) => shown(alarm, alarms)), CompositeAlarms: [], NextToken: nextToken };
    },
  };
}

function shown(alarm: ResourceRecord, alarms: Alarms): Members {
  const { arn, attributes, id, internal } = alarm;
  const { changedAtMs, reason, reasonData, value } = alarms.stateOf(alarm);
  const configured = text(internal?.['configuredAt']);
  const configuredAt = configured === '' ? undefined : new Date(configured);
  const updatedAt = changedAtMs === undefined ? configuredAt : new Date(changedAtMs);
  return {
    AlarmName: id,
    AlarmArn: arn,
    AlarmDescription: attributes['alarm_description'],
    AlarmConfigurationUpdatedTimestamp: configuredAt,
    ActionsEnabled: attributes['actions_enabled'] !== false,
    OKActions: texts(attributes['ok_actions']),
    AlarmActions: texts(attributes['alarm_actions']),
    InsufficientDataActions: texts(attributes['insufficient_data_actions']),
    StateValue: value,
    StateReason: reason,
    StateReasonData: reasonData === '' ? undefined : reasonData,
    StateUpdatedTimestamp: updatedAt,
    StateTransitionedTimestamp: updatedAt,
    MetricName: attributes['metric_name'],
    Namespace: attributes['namespace'],
    Statistic: attributes['statistic'],
    ExtendedStatistic: attributes['extended_statistic'],
    Dimensions: dimensionsOf(attributes).map(({ name, value: of }) => ({ Name: name, Value: of })),
    Period: attributes['period'],
    Unit: attributes['unit'],
    EvaluationPeriods: attributes['evaluation_periods'],
    DatapointsToAlarm: attributes['datapoints_to_alarm'],
    Threshold: attributes['threshold'],
    ComparisonOperator: attributes['comparison_operator'],
    TreatMissingData: attributes['treat_missing_data'],
  };
}

function actionsOf({ attributes }: ResourceRecord): readonly string[] {
  return ['ok_actions', 'alarm_actions', 'insufficient_data_actions'].flatMap((name) => texts(attributes[name]));
}
