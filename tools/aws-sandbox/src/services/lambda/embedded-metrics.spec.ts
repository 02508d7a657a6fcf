import { embeddedMetrics } from './embedded-metrics';

const line = (change: object = {}) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1_780_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Recovery',
          Dimensions: [['service'], ['service', 'region']],
          Metrics: [
            { Name: 'PrimaryFailed', Unit: 'Count' },
            { Name: 'Lag', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    service: 'controller',
    region: 'us-west-2',
    PrimaryFailed: [0, 1, 1],
    Lag: 700,
    ...change,
  });

describe('metrics in a log line', () => {
  it('are each value, once for each set of dimensions', () => {
    const found = embeddedMetrics(line());

    expect(found).toHaveLength(4);
    expect(found[0]).toEqual({
      metric: { namespace: 'Recovery', name: 'PrimaryFailed', dimensions: { service: 'controller' } },
      set: { sampleCount: 3, sum: 2, minimum: 0, maximum: 1 },
      atMs: 1_780_000_000_000,
    });
    expect(found[3]).toMatchObject({
      metric: { name: 'Lag', dimensions: { service: 'controller', region: 'us-west-2' } },
      set: { sampleCount: 1, sum: 700 },
    });
  });

  it('are none without a value, and of another line', () => {
    expect(embeddedMetrics(line({ Lag: 'soon', PrimaryFailed: [] }))).toEqual([]);
    expect(embeddedMetrics('START RequestId: 1')).toEqual([]);
    expect(embeddedMetrics('{"CloudWatchMetrics": broken')).toEqual([]);
    expect(embeddedMetrics('{"said":"\\"CloudWatchMetrics\\""}')).toEqual([]);
  });
});
