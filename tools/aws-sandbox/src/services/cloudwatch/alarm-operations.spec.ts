import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { ObjectValue } from '../../model/value';
import { TestSandbox } from '../../testing/test-sandbox';
import { TOPIC_MESSAGE_RECORD } from '../sns/topics';

const REGION = 'us-west-2';

let aws: TestSandbox;
let client: CloudWatchClient;
let topic: string;

beforeEach(async () => {
  aws = await TestSandbox.start();
  client = new CloudWatchClient(aws.client(REGION));
  topic = String(aws.terraform.apply('aws_sns_topic', { region: REGION, name: 'alarms' })['arn']);
});

afterEach(async () => {
  client.destroy();
  await aws.close();
});

function make(name: string, change: ObjectValue = {}): ObjectValue {
  return aws.terraform.apply('aws_cloudwatch_metric_alarm', { ...argumentsOf(name), ...change });
}

const argumentsOf = (name: string): ObjectValue => ({
  region: REGION,
  alarm_name: name,
  comparison_operator: 'GreaterThanThreshold',
  evaluation_periods: 2,
  metric_name: 'CPUUtilization',
  namespace: 'AWS/RDS',
  dimensions: { DBClusterIdentifier: 'trading' },
  period: 60,
  statistic: 'Maximum',
  threshold: 80,
  alarm_actions: [topic],
  ok_actions: [topic],
});

const set = (name: string, value: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', reason = 'tried') =>
  client.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: value, StateReason: reason }));

const described = async (input = {}) => (await client.send(new DescribeAlarmsCommand(input))).MetricAlarms ?? [];

const subjects = () => aws.terraform.account.list(TOPIC_MESSAGE_RECORD).map(({ attributes: { subject } }) => subject);

describe('an alarm that is put into a state', () => {
  it('keeps it, and says so', async () => {
    make('cpu');

    const [before] = await described();
    await set('cpu', 'ALARM', 'a storm');
    const [after] = await described();

    expect(before).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
    });
    expect(after).toMatchObject({
      AlarmName: 'cpu',
      AlarmArn: 'arn:aws:cloudwatch:us-west-2:000000000000:alarm:cpu',
      ActionsEnabled: true,
      AlarmActions: [topic],
      OKActions: [topic],
      InsufficientDataActions: [],
      StateValue: 'ALARM',
      StateReason: 'a storm',
      StateUpdatedTimestamp: new Date('2026-05-28T20:26:40Z'),
      MetricName: 'CPUUtilization',
      Namespace: 'AWS/RDS',
      Statistic: 'Maximum',
      Dimensions: [{ Name: 'DBClusterIdentifier', Value: 'trading' }],
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 80,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'missing',
    });
  });

  it('tells its topics of a change, and of nothing that is no change', async () => {
    make('cpu');

    for (const value of ['ALARM', 'ALARM', 'OK', 'INSUFFICIENT_DATA', 'ALARM'] as const) {
      aws.nowMs += 1_000;
      await set('cpu', value);
    }

    expect(subjects()).toEqual([
      'ALARM: "cpu" in US West (Oregon)',
      'OK: "cpu" in US West (Oregon)',
      'ALARM: "cpu" in US West (Oregon)',
    ]);
  });

  it('says in the message where it comes from', async () => {
    make('cpu');
    await set('cpu', 'OK');
    await set('cpu', 'ALARM', 'a storm');

    const [, last] = aws.terraform.account.list(TOPIC_MESSAGE_RECORD).map(({ attributes: { message } }) => message);

    expect([last].map((message) => JSON.parse(String(message)) as unknown)).toMatchObject([
      { AlarmName: 'cpu', OldStateValue: 'OK', NewStateValue: 'ALARM', NewStateReason: 'a storm' },
    ]);
  });

  it('tells nobody while its actions are off', async () => {
    make('cpu', { actions_enabled: false });

    await set('cpu', 'ALARM');

    expect(subjects()).toEqual([]);
    expect(await described()).toMatchObject([{ ActionsEnabled: false, StateValue: 'ALARM' }]);
  });

  it('stays in it when Terraform changes it, and over the end of the process', async () => {
    const made = make('cpu');
    await set('cpu', 'ALARM', 'a storm');

    aws.terraform.apply('aws_cloudwatch_metric_alarm', { ...argumentsOf('cpu'), threshold: 90 }, made);
    client.destroy();
    aws = await aws.restart();
    client = new CloudWatchClient(aws.client(REGION));

    expect(await described()).toMatchObject([{ StateValue: 'ALARM', StateReason: 'a storm', Threshold: 90 }]);
  });

  it.each([
    ['an alarm that is not there', { AlarmName: 'none' }, 'ResourceNotFound', ''],
    ['an alarm of another region', { AlarmName: 'east' }, 'ResourceNotFound', ''],
    [
      'a state that there is not',
      { StateValue: 'BAD' as 'OK' },
      'ValidationError',
      "1 validation error detected: Value 'BAD' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [OK, ALARM, INSUFFICIENT_DATA]",
    ],
    [
      'no reason',
      { StateReason: undefined as unknown as string },
      'ValidationError',
      "1 validation error detected: Value null at 'stateReason' failed to satisfy constraint: Member must not be null",
    ],
    ['data that is no JSON', { StateReasonData: '{' }, 'InvalidFormat', 'StateReasonData is not valid JSON'],
  ])('is refused for %s', async (_what, change, code, words) => {
    make('cpu');
    make('east', { region: 'us-east-1', alarm_actions: [], ok_actions: [] });
    const input = { AlarmName: 'cpu', StateValue: 'ALARM', StateReason: 'tried', ...change } as const;

    const refusal = await client.send(new SetAlarmStateCommand(input)).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ Error: { Code: code, ...(words === '' ? {} : { Message: words }) } });
    expect(subjects()).toEqual([]);
  });
});

describe('alarms', () => {
  beforeEach(async () => {
    for (const name of ['lag', 'cpu', 'connections']) make(name);
    await set('cpu', 'ALARM');
  });

  it.each([
    ['all, by name', {}, ['connections', 'cpu', 'lag']],
    ['by their names', { AlarmNames: ['lag', 'none'] }, ['lag']],
    ['by how their names begin', { AlarmNamePrefix: 'c' }, ['connections', 'cpu']],
    ['by their state', { StateValue: 'ALARM' }, ['cpu']],
    ['by whom they tell', { ActionPrefix: 'arn:aws:sns:us-west-2' }, ['connections', 'cpu', 'lag']],
    ['by whom they do not tell', { ActionPrefix: 'arn:aws:lambda' }, []],
    ['but those of several alarms', { AlarmTypes: ['CompositeAlarm'] }, []],
  ])('are listed %s', async (_how, input, names) => {
    expect((await described(input)).map(({ AlarmName: name }) => name)).toEqual(names);
  });

  it('are listed page by page', async () => {
    const first = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2 }));
    const second = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2, NextToken: first.NextToken }));

    expect(first.MetricAlarms?.map(({ AlarmName: name }) => name)).toEqual(['connections', 'cpu']);
    expect(second.MetricAlarms?.map(({ AlarmName: name }) => name)).toEqual(['lag']);
    expect(second.NextToken).toBeUndefined();
  });
});
