import { listSettings, type Setting } from './list-settings';
import { loadEnvironment } from './load-environment';
import { parseEnvironment } from './parse-environment';

const local = loadEnvironment('local');

/** Whether the schema refuses a value of one setting, whatever the rules between settings say. */
function isRefused({ path, range }: Setting, value: unknown): boolean {
  const settings = structuredClone(local) as object;
  const keys = path.split('.');
  const last = keys.pop() as string;
  const holder = keys.reduce((at, key) => (at as Record<string, object>)[key] as object, settings);
  (holder as Record<string, unknown>)[last] = value;
  try {
    parseEnvironment('settings', settings);
  } catch (error) {
    const expected = range.replace(/, or none$/, '');
    return (error as Error).message
      .split('\n')
      .some((line) => line.includes(`${path} is `) && line.includes(`expected ${expected}`));
  }
  return false;
}

/** Lowest and highest number of each setting that has a range of numbers. */
const ranges = listSettings().flatMap((setting) => {
  const [, from, to] = /^a whole number from (\d+) to (\d+)/.exec(setting.range) ?? [];
  return from === undefined ? [] : [{ path: setting.path, setting, from: Number(from), to: Number(to) }];
});

/** Words or numbers of each setting that lists them. */
const choices = listSettings().flatMap((setting) => {
  const [, list] = /^(?:one of )?(\S+(?:, \S+)+|\d+ or \d+)$/.exec(setting.range) ?? [];
  const words = list?.split(/, | or /) ?? [];
  const values = words.map((word): string | number => (/^\d+$/.test(word) ? Number(word) : word));
  return values.length === 0 || setting.path === 'stateBackend.kind' ? [] : [{ path: setting.path, setting, values }];
});

describe('the limits of a setting', () => {
  it('are those of every range', () => {
    expect([ranges.length, choices.map(({ path }) => path)]).toEqual([
      24,
      [
        'regions.primary.name',
        'regions.standby.name',
        'regions.witness',
        'network.natGateways',
        'service.cpuUnits',
        'recovery.mode',
        'dns.zone',
        'dns.healthCheckIntervalSeconds',
        'logRetentionDays',
      ],
    ]);
  });

  it.each(ranges)('are taken, and nothing beside them: $path, $from to $to', ({ setting, from, to }) => {
    expect([from, to].filter((value) => isRefused(setting, value))).toEqual([]);
    expect([from - 1, from + 0.5, to + 1, String(from), NaN].filter((value) => !isRefused(setting, value))).toEqual([]);
  });

  it.each(choices)('are its words, and nothing beside them: $path', ({ setting, values }) => {
    expect(values.filter((value) => isRefused(setting, value))).toEqual([]);
    const beside = values.flatMap((value): (string | number)[] =>
      typeof value === 'number' ? [value - 1, value + 1] : [`${value}x`, ''],
    );
    expect(beside.filter((value) => !values.includes(value) && !isRefused(setting, value))).toEqual([]);
  });

  it.each([
    [
      'costCentre',
      ['a'.repeat(64), 'unit/7:a=b+c@d', 'überseehandel'],
      ['a'.repeat(65), '', 'a b', 'a#b', '<a>', 'a*'],
    ],
    ['platform', ['dr', 'a1', 'laws', 'abcdefghijkl'], ['aws', 'awstrade', 'ssm1', 'a', 'Dr', 'd-r', 'abcdefghijklm']],
    ['domainName', [`${'a'.repeat(54)}.com`], [`${'a'.repeat(55)}.com`, `${'a'.repeat(64)}.com`, 'Trading.com']],
    ['service.healthCheckPath', ['/', `/${'a'.repeat(1_023)}`], ['', 'ready', `/${'a'.repeat(1_024)}`, '/a b']],
    ['database.name', ['a', 'a'.repeat(63)], ['', 'a'.repeat(64), '1a', 'a-b', 'A']],
    [
      'database.instanceClass',
      ['db.r5.large', 'db.r6g.large', 'db.r8g.48xlarge', 'db.x2g.xlarge'],
      ['db.r4.large', 'db.t4g.medium', 'db.m6g.large', 'db.serverless', 'db.r6g.lrge', 'db.r6g.3xlarge', 'r6g.large'],
    ],
    ['database.engineVersion', ['16.6', '17.10'], ['16', '9.6', '16.6.1', '16.x', '16.100']],
  ])('of a text are those that AWS has: %s', (path, taken, refused) => {
    const setting = listSettings().find((some) => some.path === path) as Setting;

    expect(taken.filter((value) => isRefused(setting, value))).toEqual([]);
    expect(refused.filter((value) => !isRefused(setting, value))).toEqual([]);
  });

  it('have a source, or are named as those of the platform', () => {
    const limited = [...ranges, ...choices].map(({ setting }) => setting);

    expect(limited.filter(({ limits }) => limits === undefined).map(({ path }) => path)).toEqual([]);
  });
});
