import { sumBudget, type RecoveryFacts } from '@dr/recovery';
import { drawBudget } from './draw-budget';
import { formatBudget } from './format-budget';

const fact = (value: number, setting: string) => ({ value, readFrom: 'state: resource', setting });
const FACTS: RecoveryFacts = {
  checkInterval: fact(10, 'dns.healthCheckIntervalSeconds'),
  failureThreshold: fact(3, 'dns.healthCheckFailureThreshold'),
  recordTtl: fact(10, 'dns.recordTtlSeconds'),
  isAlias: false,
  clientKeepAlive: fact(60, 'service.clientKeepAliveSeconds'),
  controllerPeriod: fact(60, 'SCHEDULE of the failover controller'),
  controllerRun: fact(55, 'controllerRunMs'),
  controllerThreshold: fact(3, 'recovery.failureThreshold'),
  drainWait: fact(12, 'fencing'),
  promotionTimeout: fact(900, 'recovery.promotionTimeoutSeconds'),
  proofTimeout: fact(120, 'timeouts.proofMs'),
  guardedLoss: fact(5_000, 'objectives.dataLossMs'),
  cooldown: fact(600, 'guard.cooldownMs'),
  lagAge: fact(180_000, 'recovery.maximumLagAgeSeconds'),
  databaseLagAlarm: fact(5_000, 'objectives.dataLossMs'),
  tableLagAlarm: fact(5_000, 'objectives.dataLossMs'),
};
const OBJECTIVES = { entryRecoverySeconds: 60, sqlRecoverySeconds: 1_200, dataLossMs: 5_000 };
const BUDGET = sumBudget(FACTS);

describe('the table', () => {
  it('has a line a term, its sum, and whether the objective is met', () => {
    const [entry = '', , sql = '', approved = '', impaired = '', database = ''] = formatBudget(
      BUDGET,
      OBJECTIVES,
    ).split('\n\n');
    const lines = (text: string) => text.split('\n').map((line) => line.slice(0, 52).trimEnd());

    expect(lines(entry)).toEqual([
      'entry: Clients reach the standby after the primary s',
      '  term       typical  worst  basis',
      '  detection     42 s   48 s  documented',
      '  verdict        1 s    5 s  assumed',
      '  resolvers      5 s   10 s  documented',
      '  reconnect      1 s    5 s  assumed',
      '  sum           49 s   68 s  MISSED: less than 60 s',
    ]);
    expect(sql).toMatch(/promotion +120 s +call 900 s +assumed/);
    expect(sql).toContain('met, or a person is called: less than 1200 s');
    expect(approved).toMatch(/approval +300 s +call 0 s +assumed/);
    expect(approved).toContain('within the cooldown of 600 s');
    expect(impaired).toContain('no objective');
    expect(database).toContain('met: at most 5000 ms');
  });

  it('has what a drill measured beside what was computed', () => {
    const drill = { brokenAt: '2026-11-24T15:23:55.146Z', values: { entry: 32.4 } };

    const [entry = '', strong = ''] = formatBudget(BUDGET, OBJECTIVES, drill).split('\n\n');

    expect(entry.split('\n').at(-1)?.replace(/ +/g, ' ')).toBe(
      ' drill 32.4 s measured In the sandbox, at 2026-11-24T15:23:55.146Z',
    );
    expect(strong).not.toContain('drill');
  });
});

describe('the chart', () => {
  const svg = drawBudget('prod', BUDGET, OBJECTIVES);

  it('draws each tier twice, typical and worst, from its terms', () => {
    expect(svg.match(/<title>detection: 42 s<\/title>/g)).toHaveLength(3);
    expect(svg.match(/<title>detection: 48 s<\/title>/g)).toHaveLength(3);
    expect(svg).toContain('>68 s</text>');
  });

  it('marks the objectives that there are', () => {
    expect(svg.match(/objective 60 s/g)).toHaveLength(2);
    expect(svg.match(/objective 1200 s/g)).toHaveLength(2);
    expect(svg.match(/objective 5000 ms/g)).toHaveLength(2);
  });

  it('marks what a drill measured, where it was', () => {
    const measured = drawBudget('prod', BUDGET, OBJECTIVES, { brokenAt: '2026', values: { entry: 34 } });

    expect(svg).not.toContain('polygon');
    expect(measured.match(/<title>drill: 34 s<\/title>/g)).toHaveLength(1);
    const [, diamond] = /<polygon points="([\d.]+),/.exec(measured) ?? [];
    const [, line] = /<line x1="([\d.]+)"/.exec(measured) ?? [];
    // Between the axis at 210 and the objective of 60 s.
    expect((Number(diamond) - 210) / (Number(line) - 210)).toBeCloseTo(34 / 60, 2);
  });

  it('stays within its width', () => {
    const ends = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(
      ([, x, width]) => Number(x) + Number(width),
    );

    expect(Math.max(...ends)).toBeLessThanOrEqual(920);
  });

  it('has a colour of its own for every term, and says which', () => {
    const legend = [...svg.matchAll(/height="12" fill="(#\w+)"\/><text[^>]*>([^<]+)</g)].map(([, colour, name]) => [
      name,
      colour,
    ]);

    expect(legend.map(([name]) => name)).toEqual([
      'detection',
      'verdict',
      'resolvers',
      'reconnect',
      'retry',
      'observation',
      'handover',
      'drain',
      'promotion',
      'proof',
      'approval',
      'keep-alive',
      'replication lag',
      'record age',
      'isolation',
      'measurement age',
      'replication latency',
      'good rounds',
      'switchover',
      'patience',
      'agreement',
    ]);
    expect(new Set(legend.map(([, colour]) => colour)).size).toBe(21);
  });
});
