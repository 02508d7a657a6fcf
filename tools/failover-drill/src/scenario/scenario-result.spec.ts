import type { Attempt } from '../drill/timeline';
import { formatResult, longestUnserved, type ScenarioResult, toldBy } from './scenario-result';

const attempt = (endedAtMs: number, region: string | null): Attempt => ({
  beganAtMs: endedAtMs - 100,
  endedAtMs,
  region,
});

describe('the time that a client was not served', () => {
  const span = { fromMs: 1_000, untilMs: 20_000, servedMs: 6_000 };

  it('is the longest between two successes, those before the first event aside', () => {
    const attempts = [
      attempt(0, 'east'),
      attempt(1_500, 'east'),
      attempt(9_000, null),
      attempt(12_000, 'west'),
      attempt(19_000, 'west'),
    ];

    expect(longestUnserved(attempts, span)).toEqual({ ms: 10_500, isServed: true });
  });

  it('has no end where the last success is too old', () => {
    expect(longestUnserved([attempt(2_000, 'east'), attempt(19_000, null)], span)).toEqual({
      ms: 18_000,
      isServed: false,
    });
    expect(longestUnserved([], span)).toEqual({ ms: 19_000, isServed: false });
  });
});

describe('what people were told', () => {
  const message = (publishedAt: string, subject: string, text = 'draining') => ({
    topicArn: 'x',
    subject,
    message: text,
    publishedAt,
  });
  const alarm = (state: string) => JSON.stringify({ AlarmName: 'dr-local-primary-failed', NewStateValue: state });

  it('are notices by their subject and alarms that were raised, after the first event', () => {
    const messages = [
      message('2026-01-01T00:00:00.000Z', 'before'),
      message('2026-01-01T00:00:12.000Z', 'epoch 2, us-west-2: draining'),
      message('2026-01-01T00:00:13.000Z', 'ALARM: it', alarm('ALARM')),
      message('2026-01-01T00:00:20.000Z', 'OK: it', alarm('OK')),
    ];

    expect(toldBy(messages, Date.parse('2026-01-01T00:00:02.000Z'), 'dr-local')).toEqual([
      { text: 'epoch 2, us-west-2: draining', afterSeconds: 10 },
      { text: 'alarm `primary-failed`', afterSeconds: 11 },
    ]);
  });
});

describe('a result', () => {
  const result: ScenarioResult = {
    row: 'a region goes dark; us-east-1 holds, automatic',
    verdict: 'served after a command',
    commands: ['approve'],
    unservedSeconds: { entry: 25.04, 'strongly consistent writes': 26, 'SQL writes': null },
    holder: 'us-west-2',
    step: 'draining',
    lost: 1,
    acknowledged: 90,
    twoWritersMs: 0,
    told: [{ text: 'epoch 2, us-west-2: draining', afterSeconds: 10.4 }],
  };

  it('is told in lines', () => {
    expect(formatResult(result)).toBe(
      [
        'a region goes dark; us-east-1 holds, automatic',
        '  verdict                     served after a command: approve',
        '  entry                       served after at most 25.0 s without',
        '  strongly consistent writes  served after at most 26.0 s without',
        '  SQL writes                  not served at the end',
        '  ends in                     us-west-2, draining',
        '  lost                        1 of 90 acknowledged SQL writes',
        '  two writers                 0.0 s',
        '  told                        10 s epoch 2, us-west-2: draining',
      ].join('\n'),
    );
    expect(formatResult({ ...result, lost: null, told: [] })).toMatch(
      /not known: no region could be asked\n.*\n.*nobody$/,
    );
  });
});
