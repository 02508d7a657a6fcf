import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReview, type Review } from './review';
import { reviewMarkdown } from './review-markdown';

type Plan = NonNullable<Review['plan']>;

const plan = (environment: string, more: Partial<Plan> = {}): Plan => ({
  version: 1,
  mode: 'plan',
  environment,
  account: 'aws',
  states: [
    {
      stack: 'network',
      state: 'network-us-east-1',
      region: 'us-east-1',
      outcome: 'planned',
      provisional: false,
      changes: [
        {
          address: 'aws_vpc.Vpc',
          type: 'aws_vpc',
          action: 'replace',
          attributes: [{ path: 'cidr_block', before: '10.0.0.0/16', after: '10.1.0.0/16', forcesReplacement: true }],
        },
        { address: 'aws_nat_gateway.A', type: 'aws_nat_gateway', action: 'update', attributes: [] },
        { address: 'aws_nat_gateway.B', type: 'aws_nat_gateway', action: 'create', attributes: [] },
      ],
      drift: [],
      outputs: [{ parameter: '/dr/vpc-id', before: 'vpc-1', unknown: true, readBy: ['orders-us-east-1'] }],
    },
  ],
  ...more,
});

const review = (environment: string, more: Partial<Review> = {}): Review => ({
  version: 1,
  environment,
  account: 'aws',
  base: 'b'.repeat(40),
  head: 'a'.repeat(40),
  changed: false,
  plan: plan(environment),
  ...more,
});

const places = (text: string, parts: readonly string[]) =>
  parts.map((part) => {
    if (!text.includes(part)) throw new Error(`no ${part} in ${text}`);
    return text.indexOf(part);
  });

it('has what is destroyed in any environment before what changes in one, each under its heading', () => {
  const text = reviewMarkdown([review('dev'), review('prod', { plan: plan('prod', { stops: ['no permission'] }) })]);
  const found = places(text, [
    '## Changes of `aaaaaaaaaaaa` over `bbbbbbbbbbbb`',
    '| dev (aws) | 2 to add, 1 to change, 1 to destroy in 1 states | goes on |',
    '| prod (aws) | 2 to add, 1 to change, 1 to destroy in 1 states | **stops** |',
    '### Not planned, or a deploy stops here in prod\n\n```\nno permission\n```',
    '### Destroyed or replaced in dev',
    '### Destroyed or replaced in prod\n\n**network-us-east-1**\n\n```\nreplace aws_vpc.Vpc, forced by cidr_block',
    '### Downstream in dev\n\n| output | changes | deployed states that read it |',
    '### Downstream in prod',
    '### Changed in dev',
    '### Changed in prod',
    '### Created in dev',
  ]);

  expect(found).toEqual([...found].sort((a, b) => a - b));
});

it('says what the recovery and the running costs become, and in one line where they stay', () => {
  const tiers = [
    { tier: 'entry', unit: 's', before: 52, after: 68, objectiveBefore: 'less than 60 s', objective: 'less than 70 s' },
    { tier: 'table loss', unit: 'ms', before: 5000, after: 5000 },
  ];
  const changed = reviewMarkdown([
    review('prod', {
      recovery: { tiers, missed: ['prod: entry is 68 s at worst'] },
      costs: [
        { what: 'NAT gateways', before: 6, after: 2 },
        { what: 'alarms', before: 50, after: 50 },
      ],
    }),
  ]);
  const same = reviewMarkdown([
    review('prod', {
      recovery: { tiers: [{ tier: 'entry', unit: 's', before: 52, after: 52 }], missed: [] },
      costs: [{ what: 'alarms', before: 50, after: 50 }],
    }),
  ]);

  expect(changed).toContain('| entry | 52 s | **68 s** | **less than 70 s**, before less than 60 s |');
  expect(changed).toContain('| table loss | 5000 ms | 5000 ms | none |');
  expect(changed).toContain('**Missed.** prod: entry is 68 s at worst');
  expect(changed).toContain('| NAT gateways | 6 | **2** |\n\n1 other counts are unchanged.');
  expect(same).toContain('### Recovery budget in prod\n\nUnchanged, at worst: entry 52 s.');
  expect(same).toContain('### Running costs in prod\n\nUnchanged: 50 alarms.');
});

it('says that nothing is affected, and why nothing could be planned', () => {
  const { plan: _plan, ...unplanned } = review('dev');
  const text = reviewMarkdown([
    unplanned,
    { ...unplanned, environment: 'prod', problem: 'no credentials', changed: true },
  ]);

  expect(text).toContain('| dev (aws) | nothing is affected | goes on |');
  expect(text).toContain('| prod (aws) | **not planned** |  |');
  expect(text).toContain('### Not planned, or a deploy stops here in prod\n\n```\nno credentials\n```');
});

it('is read back as it was written, and nothing else is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dr-review-'));
  const file = join(folder, 'review.json');
  writeFileSync(file, JSON.stringify(review('prod')));
  expect(readReview(file)).toEqual(review('prod'));
  writeFileSync(file, JSON.stringify(plan('prod')));
  expect(() => readReview(file)).toThrow('expected a review that stacks review wrote with --json.');
  rmSync(folder, { recursive: true });
});
