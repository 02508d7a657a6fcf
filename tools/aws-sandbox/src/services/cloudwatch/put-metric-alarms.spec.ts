import {
  CloudWatchClient,
  GetMetricDataCommand,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import type { ObjectValue } from '../../model/value';
import { TestSandbox } from '../../testing/test-sandbox';
import { TOPIC_MESSAGE_RECORD } from '../sns/topics';
import { alarms, putMetricAlarms } from './service';

const REGION = 'us-east-2';
const MINUTE_MS = 60_000;

let aws: TestSandbox;
let client: CloudWatchClient;
let topic: string;

beforeEach(async () => {
  aws = await TestSandbox.start();
  aws.nowMs = Math.ceil(aws.nowMs / MINUTE_MS) * MINUTE_MS;
  client = new CloudWatchClient(aws.client(REGION));
  topic = String(aws.terraform.apply('aws_sns_topic', { region: REGION, name: 'dead-man' })['arn']);
});

afterEach(async () => {
  client.destroy();
  await aws.close();
});

function make(name: string, change: ObjectValue = {}): void {
  aws.terraform.apply('aws_cloudwatch_metric_alarm', {
    region: REGION,
    alarm_name: name,
    namespace: 'Recovery',
    metric_name: 'Runs',
    dimensions: { service: 'controller' },
    statistic: 'Sum',
    comparison_operator: 'LessThanThreshold',
    threshold: 1,
    period: 60,
    evaluation_periods: 2,
    treat_missing_data: 'breaching',
    alarm_actions: [topic],
    ok_actions: [topic],
    ...change,
  });
}

const put = (change: Partial<MetricDatum> = {}, Namespace = 'Recovery') =>
  client.send(
    new PutMetricDataCommand({
      Namespace,
      MetricData: [{ MetricName: 'Runs', Dimensions: [{ Name: 'service', Value: 'controller' }], Value: 1, ...change }],
    }),
  );

const tick = () => aws.services.of(putMetricAlarms).tick();

/** Lets minutes pass, in each of which the metric is put or not, and CloudWatch evaluates. */
async function pass(minutes: number, isPut: boolean): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    tick();
    if (isPut) await put();
    aws.nowMs += MINUTE_MS;
    tick();
  }
}

const stateOf = (name: string) => {
  const alarm = aws.services.of(alarms).find(REGION, name);
  return alarm && aws.services.of(alarms).stateOf(alarm).value;
};

const sent = () => aws.terraform.account.list(TOPIC_MESSAGE_RECORD).map(({ attributes: { subject } }) => subject);

describe('an alarm on a metric that is put', () => {
  it('goes on once nothing was put in all of its periods, and off when something is', async () => {
    make('silent');
    await pass(2, true);
    expect(stateOf('silent')).toBe('OK');

    await pass(1, false);
    expect(stateOf('silent')).toBe('OK');
    await pass(1, false);
    expect(stateOf('silent')).toBe('ALARM');

    await pass(1, true);
    expect(sent()).toEqual([
      'OK: "silent" in US East (Ohio)',
      'ALARM: "silent" in US East (Ohio)',
      'OK: "silent" in US East (Ohio)',
    ]);
  });

  it('on an expression that fills has that value where nothing was put', async () => {
    const metric = { namespace: 'Recovery', metric_name: 'Runs', dimensions: { service: 'controller' } };
    const filled = (value: number): ObjectValue => ({
      ...{ namespace: null, metric_name: null, dimensions: null, statistic: null, period: null },
      treat_missing_data: 'missing',
      metric_query: [
        { id: 'filled', expression: `FILL(runs, ${value})`, return_data: true },
        { id: 'runs', metric: [{ ...metric, stat: 'Maximum', period: 60 }] },
      ],
    });
    make('silent', filled(0));
    make('well', filled(1));
    await pass(2, true);
    expect([stateOf('silent'), stateOf('well')]).toEqual(['OK', 'OK']);

    await pass(2, false);

    expect([stateOf('silent'), stateOf('well')]).toEqual(['ALARM', 'OK']);
  });

  it('is about its own dimensions', async () => {
    make('other', { dimensions: { service: 'controller', region: 'us-east-1' } });

    await pass(2, true);

    expect(stateOf('other')).toBe('ALARM');
  });

  it('is not evaluated by the time in which automation was off', async () => {
    make('silent');
    await pass(2, true);

    aws.services.of(putMetricAlarms).forget();
    aws.nowMs += 10 * MINUTE_MS;
    tick();
    expect(stateOf('silent')).toBe('OK');
    await pass(1, false);
    expect(stateOf('silent')).toBe('OK');

    await pass(1, false);
    expect(stateOf('silent')).toBe('ALARM');
  });

  it('in a dark region is not looked at', async () => {
    make('silent');
    await pass(2, true);
    aws.faults.set({ kind: 'dark', region: REGION, manner: 'silent', sinceMs: aws.nowMs });

    await pass(3, false);

    expect(stateOf('silent')).toBe('OK');
  });

  it('stays as it is where nobody has put such a metric', async () => {
    make('never');
    make('elsewhere', { namespace: 'AWS/RDS', metric_name: 'CPUUtilization' });
    make('sum', {
      ...{ namespace: null, metric_name: null, dimensions: null, statistic: null, period: null },
      metric_query: [{ id: 'sum', expression: 'SUM(METRICS())', return_data: true }],
    });

    await pass(3, false);

    for (const name of ['never', 'elsewhere', 'sum']) expect(stateOf(name)).toBe('INSUFFICIENT_DATA');
  });

  it.each([
    ['Sum', 9, 'ALARM'],
    ['SampleCount', 3, 'ALARM'],
    ['Minimum', 1, 'ALARM'],
    ['Maximum', 4, 'ALARM'],
    ['Average', 3, 'ALARM'],
    ['Sum', 10, 'OK'],
    ['SampleCount', 4, 'OK'],
    ['Minimum', 2, 'OK'],
    ['Maximum', 5, 'OK'],
    ['Average', 4, 'OK'],
  ])('knows the %s: at least %d is %s', async (statistic, threshold, state) => {
    make('many', {
      statistic,
      threshold,
      comparison_operator: 'GreaterThanOrEqualToThreshold',
      evaluation_periods: 1,
    });
    tick();
    await put({ Value: undefined, Values: [1, 4], Counts: [1, 1] });
    await put({ Value: undefined, StatisticValues: { SampleCount: 1, Sum: 4, Minimum: 4, Maximum: 4 } });
    aws.nowMs += MINUTE_MS;
    tick();

    expect(stateOf('many')).toBe(state);
  });
});

describe('PutMetricData', () => {
  it('is shown by GetMetricData, in periods', async () => {
    await pass(3, true);

    const { MetricDataResults: results } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(aws.nowMs - 10 * MINUTE_MS),
        EndTime: new Date(aws.nowMs),
        MetricDataQueries: [
          {
            Id: 'runs',
            MetricStat: {
              Metric: {
                Namespace: 'Recovery',
                MetricName: 'Runs',
                Dimensions: [{ Name: 'service', Value: 'controller' }],
              },
              Period: 60,
              Stat: 'Sum',
            },
          },
        ],
      }),
    );

    expect(results).toMatchObject([{ Id: 'runs', Label: 'Runs', Values: [1, 1, 1] }]);
  });

  it.each<[string, Partial<MetricDatum>, string | undefined, string, string]>([
    [
      "a namespace of AWS's",
      {},
      'AWS/RDS',
      'InvalidParameterValue',
      'The value AWS/RDS for parameter Namespace is invalid.',
    ],
    [
      'no value',
      { Value: undefined },
      undefined,
      'MissingParameter',
      'At least one of the parameters must be specified: MetricData.member.1.Value.',
    ],
    [
      'values without as many counts',
      { Value: undefined, Values: [1, 2], Counts: [1] },
      undefined,
      'InvalidParameterValue',
      'The parameters MetricData.member.1.Values and MetricData.member.1.Counts must have the same size.',
    ],
    [
      'a time long ago',
      { Timestamp: new Date(0) },
      undefined,
      'InvalidParameterValue',
      'The parameter MetricData.member.1.Timestamp is out of range.',
    ],
  ])('is refused for %s', async (_what, change, namespace, code, message) => {
    const refusal = await put(change, namespace).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ Error: { Code: code, Message: message } });
  });

  it('is refused without data', async () => {
    const command = new PutMetricDataCommand({ Namespace: 'Recovery', MetricData: [] });

    await expect(client.send(command)).rejects.toMatchObject({ Error: { Code: 'MissingParameter' } });
  });
});
