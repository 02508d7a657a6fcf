import { reportMarkdown } from './report-markdown';
import type { PlanReport } from './plan-report';
import { type Change, change } from './planned-change-for-test';

type StateReport = PlanReport['states'][number];
const state = (changes: readonly Change[], more: Partial<StateReport> = {}): StateReport => ({
  stack: 'data',
  state: 'data-us-east-1',
  region: 'us-east-1',
  outcome: 'planned',
  provisional: false,
  changes: [...changes],
  drift: [],
  ...more,
});

const report = (states: readonly StateReport[], more: Partial<PlanReport> = {}): PlanReport => ({
  version: 1,
  mode: 'plan',
  environment: 'prod',
  account: 'aws',
  states: [...states],
  ...more,
});

/** Places of texts that must all be there. */
const places = (text: string, parts: readonly string[]) =>
  parts.map((part) => {
    if (!text.includes(part)) throw new Error(`no ${part} in ${text}`);
    return text.indexOf(part);
  });

it('has what is destroyed or replaced on top, then what changes and is created; what stays is folded', () => {
  const text = reportMarkdown(
    report([
      state([
        change('replace', 'aws_x.Db', [{ path: 'name', before: 'a', after: 'b', forcesReplacement: true }]),
        change('update', 'aws_x.Size', [{ path: 'size', before: 1, after: 2 }]),
        change('create', 'aws_x.New'),
      ]),
      state([], { state: 'data-us-west-2' }),
    ]),
  );
  const found = places(text, [
    '## plan of prod in aws: 2 to add, 1 to change, 1 to destroy in 2 states\n',
    '### Destroyed or replaced',
    'replace aws_x.Db, forced by name\n  name: "a" → "b" (forces the replacement)',
    '### Changed',
    'update aws_x.Size',
    '### Created',
    'create aws_x.New',
    '<details><summary>1 of 2 states unchanged</summary>\n\ndata-us-west-2',
  ]);

  expect(found).toEqual([...found].sort((a, b) => a - b));
  expect(text.match(/\*\*data-us-east-1\*\*/g)).toHaveLength(3);
});

it('says of each output that is read what it becomes, and what becomes of its readers', () => {
  const text = reportMarkdown(
    report([
      state([change('replace', 'aws_x.Vpc')], {
        state: 'network-us-east-1',
        outputs: [
          { parameter: '/dr/network/vpc-id', before: 'vpc-1', unknown: true, readBy: ['data-us-east-1', 'orders'] },
          { parameter: '/dr/network/zones', before: 'a|b', readBy: ['data-us-east-1'] },
          { parameter: '/dr/network/unread', before: 'x', after: 'y', readBy: [] },
        ],
      }),
      state([change('update', 'aws_x.Db')]),
    ]),
  );

  expect(text).toContain(
    '| `/dr/network/vpc-id` | `vpc-1` → known after the apply | data-us-east-1 (1 to change), orders (not in this plan: deploy it afterwards) |',
  );
  expect(text).toContain('| `/dr/network/zones` | `a\\|b` → **gone** | data-us-east-1 (1 to change) |');
  expect(text).not.toContain('unread');
});

it('begins with what a deploy stops at, and with what could not be planned', () => {
  const text = reportMarkdown(
    report(
      [
        state([change('destroy', 'aws_x.Db')]),
        state([], { state: 'compute-us-east-1', outcome: 'failed', problem: 'compute-us-east-1: plan failed.' }),
        state([], { state: 'global-dns-us-west-2', outcome: 'not-begun', problem: 'it did not succeed' }),
      ],
      { stops: ['This deploy would destroy what keeps data'] },
    ),
  );
  const found = places(text, [
    ', 2 of them not done',
    '### Not done, or a deploy stops here',
    'This deploy would destroy what keeps data',
    '**compute-us-east-1** is not done:\n\n```\ncompute-us-east-1: plan failed.\n```',
    'Not begun: global-dns-us-west-2',
    '### Destroyed or replaced',
  ]);

  expect(found).toEqual([...found].sort((a, b) => a - b));
});

it('is cut where a comment would be too long: parts that fit are kept, the others are named and counted', () => {
  const long = state(
    Array.from({ length: 900 }, (_, n) =>
      change('update', `aws_x.A${n}`, [{ path: 'text', before: 'x'.repeat(70), after: 'y' }]),
    ),
    { state: 'state-long' },
  );
  const others = Array.from({ length: 200 }, (_, n) =>
    state(
      Array.from({ length: 8 }, (_each, m) =>
        change('update', `aws_x.A${m}`, [{ path: 'text', before: 'x'.repeat(70), after: 'y' }]),
      ),
      { state: `state-${n}` },
    ),
  );

  const text = reportMarkdown(report([long, ...others]));

  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text.length).toBeGreaterThan(60_000);
  expect(text).toContain('### Changed\n\n**state-0**');
  expect(text).toMatch(
    /\nLeft out: state-long, state-\d+, .*\. \d+ of 202 parts are left out: a comment holds 65536 characters\. The JSON report holds all\.\n$/,
  );
});
