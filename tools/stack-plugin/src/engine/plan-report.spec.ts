import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type PlanReport, readReport, refuseUnreviewed, reportMarkdown } from './plan-report';
import { PLAN_REPORT } from './plan-report-schema';

type Change = PlanReport['states'][number]['changes'][number];

const change = (action: Change['action'], address: string, attributes: Change['attributes'] = []): Change => ({
  address,
  type: 'aws_x',
  action,
  attributes,
});

const report = (changes: readonly Change[], more: Partial<PlanReport> = {}): PlanReport => ({
  version: 1,
  mode: 'plan',
  environment: 'prod',
  account: 'aws',
  states: [
    {
      stack: 'data',
      state: 'data-us-east-1',
      region: 'us-east-1',
      outcome: 'planned',
      provisional: false,
      changes: [...changes],
      drift: [],
    },
  ],
  ...more,
});

it('has the schema that is published', () => {
  const file = join(__dirname, '../../../../docs/plan-report.schema.json');
  const schema = `${JSON.stringify(z.toJSONSchema(PLAN_REPORT), null, 2)}\n`;
  if (process.env['UPDATE_SCHEMA']) writeFileSync(file, schema);

  // After a change on purpose: UPDATE_SCHEMA=1 npx nx test stack-plugin
  expect(readFileSync(file, 'utf8')).toBe(schema);
});

describe('refuseUnreviewed', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-report-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const reviewed = (text: PlanReport | string) => {
    const file = join(folder, 'reviewed.json');
    writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text));
    return file;
  };
  const refuse = async (plan: PlanReport, file: string) => refuseUnreviewed(plan, await readReport(file), file);
  const size = (after: number) => [{ path: 'size', before: 1, after }];

  it('lets through what was reviewed', async () => {
    const plan = report([change('update', 'aws_x.A', size(2)), change('create', 'aws_x.B')]);

    await expect(refuse(plan, reviewed(plan))).resolves.toBeUndefined();
  });

  it.each<[string, readonly Change[], string]>([
    [
      'a change more',
      [change('update', 'aws_x.A', size(2)), change('destroy', 'aws_x.C')],
      'data-us-east-1: destroy aws_x.C was not reviewed',
    ],
    ['a change fewer', [], 'data-us-east-1: update aws_x.A was reviewed and is not planned'],
    ['another value', [change('update', 'aws_x.A', size(3))], 'data-us-east-1: update aws_x.A has other values'],
    ['another action', [change('replace', 'aws_x.A', size(2))], 'data-us-east-1: replace aws_x.A was not reviewed'],
  ])('stops at %s', async (_what, changes, problem) => {
    const file = reviewed(report([change('update', 'aws_x.A', size(2))]));

    await expect(refuse(report(changes), file)).rejects.toThrow(problem);
  });

  it('stops at a review of another environment, and at what is no review', async () => {
    const plan = report([]);

    await expect(refuse(plan, reviewed(report([], { environment: 'dev' })))).rejects.toThrow(
      'it is of dev, and this run is of prod',
    );
    await expect(refuse(plan, reviewed('{}'))).rejects.toThrow(
      'expected a report that a plan wrote with --json (version: ',
    );
    await expect(refuse(plan, join(folder, 'none.json'))).rejects.toThrow('expected a report that a plan wrote');
  });
});

describe('reportMarkdown', () => {
  it('has what is destroyed or replaced on top, and folds what is created', () => {
    const text = reportMarkdown(
      report([
        change('replace', 'aws_x.Db', [{ path: 'name', before: 'a', after: 'b', forcesReplacement: true }]),
        change('update', 'aws_x.Size', [{ path: 'size', before: 1, after: 2 }]),
        change('create', 'aws_x.New'),
      ]),
    );

    expect(text).toMatch(/^## plan of prod in aws: 2 to add, 1 to change, 1 to destroy in 1 states\n/);
    const order = [
      '### Destroyed or replaced',
      'replace aws_x.Db, forced by name',
      'update aws_x.Size',
      '<details>',
      'create aws_x.New',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  it('is cut where a comment would be too long, and says so', () => {
    const states = Array.from({ length: 200 }, (_, n) => ({
      ...(report([change('update', 'aws_x.A', [{ path: 'text', before: 'x'.repeat(500), after: 'y' }])])
        .states[0] as never as PlanReport['states'][number]),
      changes: Array.from({ length: 8 }, (_each, m) =>
        change('update', `aws_x.A${m}`, [{ path: 'text', before: 'x'.repeat(70), after: 'y' }]),
      ),
      state: `state-${n}`,
    }));

    const text = reportMarkdown(report([], { states }));

    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.length).toBeGreaterThan(50_000);
    expect(text).toMatch(
      /\d+ of 201 parts are left out: a comment holds 65536 characters\. The JSON report holds all\.\n$/,
    );
  });
});
