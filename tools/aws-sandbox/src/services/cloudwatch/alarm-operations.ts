import { memberReader, type Members } from '../../endpoint/calls/members';
import type { Operation } from '../../endpoint/calls/service-endpoint';
import { isJson, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import { dimensionsOf } from './alarm-notice';
import { STATE_VALUES, type StateValue } from './alarm-state';
import type { Alarms } from './alarms';

const required = memberReader(
  (member) =>
    new AwsError(
      'ValidationError',
      `1 validation error detected: Value null at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: Member must not be null`,
    ),
);

/** The largest page [CloudWatch API Reference, DescribeAlarms]; how long one is that nobody asked for, it does not say. */
const LARGEST_PAGE = 100;

export const ALARM_INPUTS = {
  SetAlarmState: { AlarmName: 'string', StateValue: 'string', StateReason: 'string', StateReasonData: 'string' },
  DescribeAlarms: {
    AlarmNames: ['string'],
    AlarmNamePrefix: 'string',
    AlarmTypes: ['string'],
    StateValue: 'string',
    ActionPrefix: 'string',
    MaxRecords: 'integer',
    NextToken: 'string',
  },
} as const;

/** Alarms that Terraform made: looked at, and put into a state. */
export function alarmOperations(alarms: Alarms): Readonly<Record<'DescribeAlarms' | 'SetAlarmState', Operation>> {
  return {
    SetAlarmState: (input, { region }) => {
      const [name, value, reason] = [required(input, 'AlarmName'), stateIn(input), required(input, 'StateReason')];
      const data = typeof input['StateReasonData'] === 'string' ? input['StateReasonData'] : '';
      if (data !== '' && !isJson(data)) throw new AwsError('InvalidFormat', 'StateReasonData is not valid JSON');
      const alarm = alarms.find(region, name);
      // AWS says no word more than the code: `aws` shows `Unknown`.
      if (alarm === undefined) throw new AwsError('ResourceNotFound', '', { status: 404 });
      alarms.put(alarm, value, reason, data);
      return {};
    },
    DescribeAlarms: (input, { region }) => {
      const names = Array.isArray(input['AlarmNames']) ? input['AlarmNames'].map(String) : undefined;
      const [prefix, state, action] = ['AlarmNamePrefix', 'StateValue', 'ActionPrefix'].map((member) =>
        typeof input[member] === 'string' ? input[member] : undefined,
      );
      if (names !== undefined && prefix !== undefined) {
        throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix cannot be specified together');
      }
      const types = Array.isArray(input['AlarmTypes']) ? input['AlarmTypes'] : ['MetricAlarm'];
      const found = alarms
        .list(region)
        .filter(({ id }) => (names?.includes(id) ?? true) && id.startsWith(prefix ?? ''))
        .filter((alarm) => state === undefined || alarms.stateOf(alarm).value === state)
        .filter((alarm) => action === undefined || actionsOf(alarm).some((arn) => arn.startsWith(action)))
        .filter(() => types.includes('MetricAlarm'))
        .toSorted((left, right) => (left.id < right.id ? -1 : 1));
      const limit = Number(input['MaxRecords'] ?? LARGEST_PAGE);
      if (limit < 1 || limit > LARGEST_PAGE) {
        throw new AwsError(
          'ValidationError',
          `1 validation error detected: Value '${limit}' at 'maxRecords' failed to satisfy constraint: Member must have value between 1 and ${LARGEST_PAGE}`,
        );
      }
      const after = Buffer.from(String(input['NextToken'] ?? ''), 'base64').toString('utf8');
      const rest = found.filter(({ id }) => id > after);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return {
        MetricAlarms: page.map((alarm) => shown(alarm, alarms)),
        CompositeAlarms: [],
        ...(rest.length > page.length && last !== undefined
          ? { NextToken: Buffer.from(last.id).toString('base64') }
          : {}),
      };
    },
  };
}

function shown(alarm: ResourceRecord, alarms: Alarms): Members {
  const { arn, attributes, id, internal } = alarm;
  const { changedAtMs, reason, reasonData, value } = alarms.stateOf(alarm);
  const configuredAt = text(internal?.['configuredAt']);
  const updatedAt = changedAtMs === undefined ? configuredAt : new Date(changedAtMs).toISOString();
  return {
    AlarmName: id,
    AlarmArn: arn,
    AlarmDescription: attributes['alarm_description'],
    ...given('AlarmConfigurationUpdatedTimestamp', configuredAt),
    ActionsEnabled: attributes['actions_enabled'] !== false,
    OKActions: texts(attributes['ok_actions']),
    AlarmActions: texts(attributes['alarm_actions']),
    InsufficientDataActions: texts(attributes['insufficient_data_actions']),
    StateValue: value,
    StateReason: reason,
    ...given('StateReasonData', reasonData),
    ...given('StateUpdatedTimestamp', updatedAt),
    ...given('StateTransitionedTimestamp', updatedAt),
    ...given('MetricName', attributes['metric_name']),
    ...given('Namespace', attributes['namespace']),
    ...given('Statistic', attributes['statistic']),
    ...given('ExtendedStatistic', attributes['extended_statistic']),
    Dimensions: dimensionsOf(attributes).map(({ name, value: of }) => ({ Name: name, Value: of })),
    ...given('Period', attributes['period']),
    ...given('Unit', attributes['unit']),
    EvaluationPeriods: attributes['evaluation_periods'],
    ...given('DatapointsToAlarm', attributes['datapoints_to_alarm']),
    ...given('Threshold', attributes['threshold']),
    ComparisonOperator: attributes['comparison_operator'],
    TreatMissingData: attributes['treat_missing_data'],
  };
}

function actionsOf({ attributes }: ResourceRecord): readonly string[] {
  return ['ok_actions', 'alarm_actions', 'insufficient_data_actions'].flatMap((name) => texts(attributes[name]));
}

function given(member: string, value: unknown): Members {
  return value === undefined || value === null || value === '' ? {} : { [member]: value };
}

function stateIn(input: Members): StateValue {
  const value = required(input, 'StateValue');
  const known = STATE_VALUES.find((candidate) => candidate === value);
  if (known !== undefined) return known;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`,
  );
}
