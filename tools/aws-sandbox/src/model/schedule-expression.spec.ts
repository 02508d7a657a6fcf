import { parseSchedule } from './schedule-expression';

/** A Thursday. */
const NEW_YEAR = Date.UTC(2026, 0, 1);

function nextRuns(expression: string, count: number): string[] {
  const schedule = parseSchedule(expression);
  const runs: string[] = [];
  for (let atMs = NEW_YEAR; runs.length < count;) {
    atMs = schedule?.nextAfterMs(atMs) ?? Infinity;
    if (atMs === Infinity) break;
    runs.push(new Date(atMs).toISOString().slice(0, 16));
  }
  return runs;
}

describe('a schedule', () => {
  // Those of the first part: the examples of the EventBridge user guide.
  it.each([
    ['cron(0 10 * * ? *)', ['2026-01-01T10:00', '2026-01-02T10:00']],
    ['cron(15 12 * * ? *)', ['2026-01-01T12:15', '2026-01-02T12:15']],
    ['cron(0 18 ? * MON-FRI *)', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
    ['cron(0 8 1 * ? *)', ['2026-01-01T08:00', '2026-02-01T08:00']],
    ['cron(0/15 * * * ? *)', ['2026-01-01T00:15', '2026-01-01T00:30', '2026-01-01T00:45', '2026-01-01T01:00']],
    ['cron(0/5 8-17 ? * MON-FRI *)', ['2026-01-01T08:00', '2026-01-01T08:05']],
    ['cron(0/30 20-23 ? * 2-6 *)', ['2026-01-01T20:00', '2026-01-01T20:30', '2026-01-01T21:00']],
    ['cron(0 9 ? * 2#1 *)', ['2026-01-05T09:00', '2026-02-02T09:00']],
    ['cron(0 10 ? * 6L 2026-2027)', ['2026-01-30T10:00', '2026-02-27T10:00']],

    ['cron(0 12 L * ? *)', ['2026-01-31T12:00', '2026-02-28T12:00']],
    ['cron(0 12 3W * ? *)', ['2026-01-02T12:00', '2026-02-03T12:00']],
    ['cron(0 12 1W * ? *)', ['2026-01-01T12:00', '2026-02-02T12:00']],
    ['cron(0 12 31W * ? *)', ['2026-01-30T12:00', '2026-03-31T12:00']],
    ['cron(0 12 29 2 ? *)', ['2028-02-29T12:00', '2032-02-29T12:00']],
    ['cron(0 12 ? * TUE#5 *)', ['2026-03-31T12:00', '2026-06-30T12:00']],
    ['cron(0 12 ? * 1 *)', ['2026-01-04T12:00', '2026-01-11T12:00']],
    ['cron(0 12 ? * L *)', ['2026-01-03T12:00', '2026-01-10T12:00']],
    ['cron(0 12 ? JAN,MAR 3,4 2027)', ['2027-01-05T12:00', '2027-01-06T12:00', '2027-01-12T12:00']],
    ['cron(0 12 1 1 ? 2026/2)', ['2026-01-01T12:00', '2028-01-01T12:00']],
    ['cron(0 12 1/10 * ? *)', ['2026-01-01T12:00', '2026-01-11T12:00', '2026-01-21T12:00']],
    ['rate(1 minute)', ['2026-01-01T00:01', '2026-01-01T00:02']],
    ['rate(12 hours)', ['2026-01-01T12:00', '2026-01-02T00:00']],
    ['rate(7 days)', ['2026-01-08T00:00', '2026-01-15T00:00']],
  ])('%s runs at %j', (expression, runs) => {
    expect(nextRuns(expression, runs.length)).toEqual(runs);
  });

  it('whose years are over is one, and never runs', () => {
    expect(parseSchedule('cron(0 12 1 1 ? 2025)')?.firstFromMs(NEW_YEAR)).toBe(Infinity);
  });

  it('with a rate runs at once, with a time of day not before it', () => {
    expect(parseSchedule('rate(1 day)')?.firstFromMs(NEW_YEAR)).toBe(NEW_YEAR);
    expect(parseSchedule('cron(0 10 * * ? *)')?.firstFromMs(NEW_YEAR)).toBe(NEW_YEAR + 10 * 3_600_000);
  });

  it.each([
    '',
    'every minute',
    '@daily',
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(2 minute)',
    'cron()',
    'cron(0 12 * * *)',
    'cron(0 0 12 * * ? *)',
    'cron(0 12 * * * *)',
    'cron(0 12 1 * 2 *)',
    'cron(0 12 ? * ? *)',
    'cron(? 12 * * ? *)',
    'cron(0 12 ? ? 2 *)',
    'cron(? 12 * * 2 *)',
    'cron(0 12 1 ? 2 *)',
    'cron(60 12 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 12 0 * ? *)',
    'cron(0 12 32 * ? *)',
    'cron(0 12 * 13 ? *)',
    'cron(0 12 ? * 0 *)',
    'cron(0 12 ? * 8 *)',
    'cron(0 12 ? * FUN *)',
    'cron(0 12 ? * +MON *)',
    'cron(0 12 ? * MON#6 *)',
    'cron(0 12 * * ? 1969)',
    'cron(0 12 * * ? 2190-2200)',
    'cron(0 12 * * ? x)',
    'cron(/5 * * * ? *)',
    'cron(0 22-2 * * ? *)',
  ])('is not %p', (expression) => {
    expect(parseSchedule(expression)).toBeUndefined();
  });
});
