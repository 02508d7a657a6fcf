import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFault, type Fault } from './fault';
import { FaultBook } from './fault-book';

let folder: string;
let file: string;
let book: FaultBook;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  file = join(folder, 'faults.json');
  book = new FaultBook(file);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dark = (region: string, manner: 'silent' | 'refused' = 'silent'): Fault => ({
  kind: 'dark',
  region,
  manner,
  sinceMs: 1_000,
});

describe('the faults of an account', () => {
  it('are none at first: every call is performed, replication takes its usual time', async () => {
    expect(book.list()).toEqual([]);
    expect(await book.admit('us-east-1', 'dynamodb', 'GetItem')).toBe('perform');
    expect(book.lagMs).toBe(200);
    expect(book.rebuildMs).toBe(0);
  });

  it('make one region dark, silent or refusing, and cut what passes to and from it', async () => {
    book.set(dark('us-east-1'));

    expect(await book.admit('us-east-1', 'sts', 'GetCallerIdentity')).toBe('hang');
    expect(await book.admit('us-west-2', 'sts', 'GetCallerIdentity')).toBe('perform');
    expect(
      [
        ['us-east-1', 'us-west-2'],
        ['us-west-2', 'us-east-1'],
        ['us-west-2', 'us-east-2'],
      ].map(([from = '', to = '']) => book.cutSince(from, to)),
    ).toEqual([1_000, 1_000, undefined]);
    expect(book.darkSince('us-east-1')).toBe(1_000);
    expect(await book.admit('us-east-2', 'monitoring', 'PutMetricData', 'us-east-1')).toBe('hang');
    expect(await book.admit('us-east-2', 'monitoring', 'PutMetricData', 'us-west-2')).toBe('perform');

    book.set(dark('us-east-1', 'refused'));
    await expect(book.admit('us-east-1', 'sts', 'GetCallerIdentity')).rejects.toThrow('us-east-1 is dark');
    expect(await book.admit('us-east-2', 'monitoring', 'PutMetricData', 'us-east-1')).toBe('hang');
    expect(book.list()).toHaveLength(1);
  });

  it('take a zone out of the way to load balancers, and nothing else of its region', async () => {
    book.set({ kind: 'zone', zone: 'us-east-1a', manner: 'silent' });
    book.set({ kind: 'zone', zone: 'us-east-1b', manner: 'silent' });
    book.set({ kind: 'zone', zone: 'us-east-1b', manner: 'refused' });

    expect(['us-east-1a', 'us-east-1b', 'us-east-1c'].map((zone) => book.reachZone(zone))).toEqual([
      'hang',
      'refuse',
      'answer',
    ]);
    expect(await book.admit('us-east-1', 'dynamodb', 'GetItem')).toBe('perform');
    expect(book.list().map(describeFault)).toEqual([
      'load balancers in us-east-1a are silent',
      'load balancers in us-east-1b are refusing connections',
    ]);
    expect(() => book.set({ kind: 'zone', zone: 'us-east-1', manner: 'silent' })).toThrow(
      'zone is us-east-1, expected an availability zone such as us-east-1a.',
    );
  });

  it('cut two regions off from each other, both of which are there', async () => {
    book.set({ kind: 'cut', regions: ['us-west-2', 'us-east-1'], sinceMs: 5_000 });
    book.set({ kind: 'cut', regions: ['us-east-1', 'us-west-2'], sinceMs: 6_000 });

    expect(book.list()).toHaveLength(1);
    expect([undefined, 'us-east-1', 'us-west-2', 'us-east-2'].map((from) => book.reach('us-west-2', from))).toEqual([
      'answer',
      'hang',
      'answer',
      'answer',
    ]);
    expect(await book.admit('us-east-1', 'dynamodb', 'GetItem', 'us-west-2')).toBe('hang');
    expect(await book.admit('us-east-1', 'dynamodb', 'GetItem')).toBe('perform');
    expect(book.cutSince('us-west-2', 'us-east-1')).toBe(6_000);
    expect(book.cutSince('us-east-2', 'us-east-1')).toBeUndefined();
    expect(book.isDark('us-east-1')).toBe(false);
  });

  it('break a function, schedules and metrics of one region alone', () => {
    book.set({ kind: 'function', region: 'us-east-1', name: 'check' });
    book.set({ kind: 'function', region: 'us-east-1', name: 'control' });
    book.set({ kind: 'schedule', region: 'us-east-1' });
    book.set({ kind: 'metrics', region: 'us-east-1', sinceMs: 7_000 });

    expect(['check', 'control', 'other'].map((name) => book.isFunctionBroken('us-east-1', name))).toEqual([
      true,
      true,
      false,
    ]);
    expect(book.isFunctionBroken('us-west-2', 'check')).toBe(false);
    expect(['us-east-1', 'us-west-2'].map((region) => book.isScheduleBroken(region))).toEqual([true, false]);
    expect(['us-east-1', 'us-west-2'].map((region) => book.metricsAgeSince(region))).toEqual([7_000, undefined]);
  });

  it('of calls are of those that come from a region, where it is named', async () => {
    book.set({ kind: 'failing', code: 'InternalServerError', status: 500, service: 'dynamodb', from: 'us-east-1' });

    await expect(book.admit('us-east-1', 'dynamodb', 'GetItem', 'us-east-1')).rejects.toThrow('makes this call fail');
    expect(await book.admit('us-east-1', 'dynamodb', 'GetItem', 'us-west-2')).toBe('perform');
    expect(await book.admit('us-east-1', 'dynamodb', 'GetItem')).toBe('perform');
  });

  it('lose the Nth matching call only, after it was performed', async () => {
    book.set({ kind: 'lost', service: 'dynamodb', operation: 'PutItem', nth: 2 });

    const fates = [];
    for (const operation of ['PutItem', 'GetItem', 'PutItem', 'PutItem']) {
      fates.push(await book.admit('us-west-2', 'dynamodb', operation));
    }

    expect(fates).toEqual(['perform', 'perform', 'perform and lose the answer', 'perform']);
  });

  it('let calls fail with a code, and take longer', async () => {
    book.set({ kind: 'failing', code: 'ThrottlingException', status: 400, service: 'rds' });
    book.set({ kind: 'slow', delayMs: 80, service: 'sns' });

    await expect(book.admit('us-west-2', 'rds', 'DescribeGlobalClusters')).rejects.toMatchObject({
      code: 'ThrottlingException',
      status: 400,
    });
    const before = performance.now();
    expect(await book.admit('us-west-2', 'sns', 'Publish')).toBe('perform');
    expect(performance.now() - before).toBeGreaterThanOrEqual(75);
  });

  it('outlive the process, until they are cleared', () => {
    book.set(dark('us-east-1'));
    book.set({ kind: 'lag', lagMs: 8_000 });
    book.set({ kind: 'rebuild', rebuildMs: 1 });
    book.set({ kind: 'rebuild', rebuildMs: 60_000 });

    const next = new FaultBook(file);
    expect(next.isDark('us-east-1')).toBe(true);
    expect(next.lagMs).toBe(8_000);
    expect(next.rebuildMs).toBe(60_000);

    next.clear();
    expect(new FaultBook(file).list()).toEqual([]);
  });

  it.each([
    [{ kind: 'rebuild', rebuildMs: 3_600_001 }, 'rebuild is 3600001, expected ms from 0 to 3600000.'],
    [{ kind: 'lag', lagMs: -1 }, 'lag is -1, expected ms from 0 to 3600000.'],
    [{ kind: 'writer' }, 'region is undefined, expected an AWS region.'],
    [dark('mars'), 'region is mars, expected an AWS region.'],
    [{ kind: 'dark' }, 'region is undefined, expected an AWS region.'],
    [{ kind: 'cut', regions: ['us-east-1'] }, 'cut is undefined, expected an AWS region.'],
    [{ kind: 'cut', regions: ['us-east-1', 'us-east-1'] }, 'cut is us-east-1,us-east-1, expected two regions.'],
    [
      { kind: 'cut', regions: ['us-east-1', 'us-west-3'] },
      'cut is us-west-3, expected an AWS region. Did you mean us-west-1?',
    ],
    [{ kind: 'function', region: 'us-east-1', name: '../x' }, 'function is ../x, expected the name of a function.'],
    [{ kind: 'lost', from: 'mars' }, 'from is mars, expected an AWS region.'],
    [{ kind: 'slow', delayMs: Number.NaN }, 'slow is NaN, expected ms from 0 to 3600000.'],
    [{ kind: 'lost', nth: 0 }, 'nth is 0, expected a whole number from 1.'],
  ] as const)('are refused where they make no sense: %j', (fault, message) => {
    expect(() => book.set(fault as Fault)).toThrow(message);
    expect(book.list()).toEqual([]);
  });

  it('are not guessed at where their file is damaged', () => {
    book.set(dark('us-east-1'));
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20));

    expect(() => new FaultBook(file)).toThrow(new RegExp(`^${file}: .*Correct it, or remove it to clear all faults.$`));
  });

  it.each([
    [dark('us-east-1'), 'us-east-1 is dark: calls to it are never answered'],
    [{ kind: 'writer', region: 'us-east-1' }, 'writers of databases in us-east-1 answer nothing'],
    [{ kind: 'cut', regions: ['us-east-1', 'us-west-2'] }, 'us-east-1 and us-west-2 are cut off from each other'],
    [{ kind: 'function', region: 'us-east-1', name: 'check' }, 'each run of check in us-east-1 fails'],
    [{ kind: 'schedule', region: 'us-east-1' }, 'schedules in us-east-1 start nothing'],
    [{ kind: 'metrics', region: 'us-east-1' }, 'metrics in us-east-1 age'],
    [
      { kind: 'failing', code: 'Throttling', status: 400, service: 'dynamodb', from: 'us-east-1', region: 'us-west-2' },
      'dynamodb calls from us-east-1 to us-west-2 fail with Throttling',
    ],
    [{ kind: 'slow', delayMs: 90, service: 'sns' }, 'sns calls take 90 ms longer'],
    [
      { kind: 'failing', code: 'Throttling', status: 400, region: 'us-west-2' },
      'all calls to us-west-2 fail with Throttling',
    ],
    [
      { kind: 'lost', service: 'dynamodb', operation: 'PutItem', nth: 2 },
      'call 2 of dynamodb PutItem is performed and never answered',
    ],
    [
      { kind: 'rebuild', rebuildMs: 60_000 },
      "after a failover, the rebuild of the former writer's cluster takes 60000 ms",
    ],
    [{ kind: 'lag', lagMs: 8_000 }, 'replication between regions takes 8000 ms'],
  ] as const)('are told in a line: %j', (fault, line) => {
    expect(describeFault(fault as Fault)).toBe(line);
  });
});
