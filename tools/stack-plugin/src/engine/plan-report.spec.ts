import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type PlanReport, readReport, refuseUnreviewed } from './plan-report';
import { PLAN_REPORT } from './plan-report-schema';
import { type Change, change } from './planned-change-for-test';

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
