import { decideState } from './decide-state';

const NOON = Date.parse('2026-11-24T12:00:00Z');

/** `X` above the threshold, `0` below it, `-` nothing; the oldest first, the last one at noon. */
function decide(data: string, missing: string, datapointsToAlarm: number | null = null) {
  const datapoints = [...data].map((mark, index) => ({
    atMs: NOON - (data.length - 1 - index) * 60_000,
    value: mark === '-' ? undefined : mark === 'X' ? 8_000 : 200,
  }));
  const attributes = {
    comparison_operator: 'GreaterThanThreshold',
    threshold: 5_000,
    datapoints_to_alarm: datapointsToAlarm,
    treat_missing_data: missing,
  };
  return decideState(attributes, datapoints);
}

describe('the state of an alarm', () => {
  // [CloudWatch user guide, how alarm state is evaluated when data is missing]; undefined: it stays as it is.
  it.each([
    ['XXX', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0XX', 'OK', 'OK', 'OK', 'OK'],
    ['XX0', 'OK', 'OK', 'OK', 'OK'],
    ['---', 'INSUFFICIENT_DATA', undefined, 'ALARM', 'OK'],
    ['--0', 'OK', 'OK', 'OK', 'OK'],
    ['--X', 'ALARM', undefined, 'ALARM', 'OK'],
  ])('by %s is %s where missing data is missing, %s ignored, %s breaching, %s not breaching', (data, ...states) => {
    const found = ['missing', 'ignore', 'breaching', 'notBreaching'].map((treated) => decide(data, treated)?.value);

    expect(found).toEqual(states);
  });

  it.each([
    ['X0X', 'ALARM'],
    ['00X', 'OK'],
    ['-X-', 'OK'],
  ])('by %s, two enough, is %s', (data, state) => {
    expect(decide(data, 'notBreaching', 2)?.value).toBe(state);
  });

  it.each([
    ['GreaterThanThreshold', 'OK'],
    ['GreaterThanOrEqualToThreshold', 'ALARM'],
    ['LessThanThreshold', 'OK'],
    ['LessThanOrEqualToThreshold', 'ALARM'],
    ['GreaterThanUpperThreshold', undefined],
  ])('on the threshold, by %s, is %s', (comparison_operator, state) => {
    const attributes = { comparison_operator, threshold: 5, treat_missing_data: 'missing' };

    expect(decideState(attributes, [{ atMs: NOON, value: 5 }])?.value).toBe(state);
  });

  it.each([
    [
      'XX',
      'breaching',
      null,
      'Threshold Crossed: 2 datapoints [8000.0 (24/11/26 12:00:00), 8000.0 (24/11/26 11:59:00)] were greater than the threshold (5000.0).',
    ],
    [
      '-X-',
      'notBreaching',
      1,
      'Threshold Crossed: 1 out of the last 3 datapoints [8000.0 (24/11/26 11:59:00)] was greater than the threshold (5000.0) and 2 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      '0-',
      'breaching',
      null,
      'Threshold Crossed: 1 datapoint [200.0 (24/11/26 11:59:00)] was not greater than the threshold (5000.0) and 1 missing datapoint was treated as [Breaching].',
    ],
    [
      '00',
      'breaching',
      null,
      'Threshold Crossed: 2 datapoints [200.0 (24/11/26 12:00:00), 200.0 (24/11/26 11:59:00)] were not greater than the threshold (5000.0).',
    ],
    [
      '--',
      'breaching',
      null,
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    [
      '-',
      'notBreaching',
      null,
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
    [
      '0--',
      'breaching',
      2,
      'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    ['--', 'missing', null, 'Insufficient Data: 2 datapoints were unknown.'],
  ])(
    'by %s, missing data %s, %s datapoints enough, has the reason that CloudWatch gives',
    (data, missing, isEnough, reason) => {
      expect(decide(data, missing, isEnough)?.reason).toBe(reason);
    },
  );
});
