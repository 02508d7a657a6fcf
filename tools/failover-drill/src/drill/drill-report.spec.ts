import { type DrillReport, formatReport, missedObjectives } from './drill-report';

const report = (change: Partial<DrillReport> = {}): DrillReport => ({
  environment: 'local',
  brokenRegion: 'us-east-1',
  servingRegion: 'us-west-2',
  brokenAt: '2026-01-01T03:00:00.000Z',
  tiers: [
    { tier: 'entry', recoveryMs: 33_400, failed: 12, objectiveSeconds: 60 },
    { tier: 'SQL writes', recoveryMs: 71_000, failed: 40 },
  ],
  losses: [
    { tier: 'strongly consistent writes', writes: 0, windowMs: 0, acknowledged: 41, objectiveMs: 0 },
    { tier: 'SQL writes', writes: 1, windowMs: 120, acknowledged: 40, objectiveMs: 5_000 },
  ],
  ...change,
});

describe('the report of a drill', () => {
  it('is a table of what clients saw', () => {
    expect(formatReport(report())).toBe(
      [
        'local: us-east-1 broken at 2026-01-01T03:00:00.000Z, us-west-2 takes over',
        '  tier        recovered after  objective  failed tries',
        '  entry       33.4 s           < 60 s     12',
        '  SQL writes  71.0 s           none       40',
        '',
        '  acknowledged writes         lost     of the last  objective',
        '  strongly consistent writes  0 of 41  0 ms         none',
        '  SQL writes                  1 of 40  120 ms       <= 5000 ms',
      ].join('\n'),
    );
    expect(missedObjectives(report())).toEqual([]);
  });

  it('shows a client that keeps its DNS answer apart, and blames nobody for it', () => {
    const kept = report({ keepingAnswer: { tries: 40, failed: 40 } });

    expect(formatReport(kept).split('\n').at(-1)).toBe(
      '  a client that keeps its DNS answer for ever: 40 of 40 tries failed since. The other region serves it once it is restarted; no objective counts it.',
    );
    expect(missedObjectives(kept)).toEqual([]);
  });

  it('names what was missed: too late, never, too much', () => {
    expect(
      missedObjectives(
        report({
          tiers: [
            { tier: 'entry', recoveryMs: 60_000, failed: 12, objectiveSeconds: 60 },
            { tier: 'SQL writes', recoveryMs: null, failed: 40 },
          ],
          losses: [
            { tier: 'strongly consistent writes', writes: 1, windowMs: 0, acknowledged: 41, objectiveMs: 0 },
            { tier: 'SQL writes', writes: 9, windowMs: 5_001, acknowledged: 40, objectiveMs: 5_000 },
          ],
        }),
      ),
    ).toEqual([
      'entry: took 60.0 s, expected less than 60 s.',
      'SQL writes: us-west-2 did not take over while the drill watched.',
      'strongly consistent writes: 1 were lost, expected none.',
      'SQL writes: those of 5001 ms were lost, expected at most 5000 ms.',
    ]);
  });
});
