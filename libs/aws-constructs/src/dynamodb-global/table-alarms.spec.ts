import { synthesizeConstructs } from '@dr/testing';
import { TableAlarms, type TableAlarmsProps } from './table-alarms';

function alarmsOf(changes: Partial<TableAlarmsProps> = {}): readonly Record<string, unknown>[] {
  const state = synthesizeConstructs((scope) => {
    const props = { tableName: 'orders', maximumLatencyMs: 5_000, topicArns: ['topic'] };
    new TableAlarms(scope, 'Alarms', { ...props, ...changes });
  });
  return state.resources('aws_cloudwatch_metric_alarm');
}

describe('TableAlarms', () => {
  it('watch what is refused', () => {
    expect(
      alarmsOf().map(({ metric_name, dimensions, threshold, alarm_actions }) => ({
        metric_name,
        dimensions,
        threshold,
        alarm_actions,
      })),
    ).toEqual([
      {
        metric_name: 'ReadThrottleEvents',
        dimensions: { TableName: 'orders' },
        threshold: 0,
        alarm_actions: ['topic'],
      },
      {
        metric_name: 'WriteThrottleEvents',
        dimensions: { TableName: 'orders' },
        threshold: 0,
        alarm_actions: ['topic'],
      },
    ]);
  });

  it('watch the latency to the other region of a table that is replicated with eventual consistency', () => {
    const latency = alarmsOf({ replicatedTo: 'us-west-2' }).find(
      ({ metric_name }) => metric_name === 'ReplicationLatency',
    );

    expect(latency).toMatchObject({
      dimensions: { TableName: 'orders', ReceivingRegion: 'us-west-2' },
      threshold: 5_000,
      treat_missing_data: 'notBreaching',
    });
  });
});
