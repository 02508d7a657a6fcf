import { FAILOVER_MS, HANG_MS, REBUILD_MS, REPLICATION_MS, SWITCHOVER_MS } from '../global-database';
import { OTHER, PREFERRED, WITNESS } from '../network';
import { SERVED_MS, TIERS, worldSettings } from '../world';
import { type Outcome, PERSON_MS } from './run-row';
import { SCENARIOS } from './scenarios';
import type { LiveResult } from './live-results';
import { DEFECTS } from './verdict';

/** Times on the page are rounded up to so much: a message more or less changes none of them, ms. */
const ROUNDED_TO_MS = 5_000;

const HEADER = [
  'scenario',
  'holds',
  'mode',
  'verdict',
  'entry',
  'strong writes',
  'SQL writes',
  'ends in',
  'lost',
  'two writers',
  'people are told',
  'live',
];

/**
 * The page of the documentation that lists what the recovery does in each scenario, from the results.
 *
 * @param live results that were measured, by the title of the row
 */
export function matrixPage(outcomes: readonly Outcome[], live: Readonly<Record<string, LiveResult>>): string {
  const isDefect = ({ verdict }: Outcome) => DEFECTS.includes(verdict);
  return [
    ...introduction(outcomes),
    ...Object.keys(SCENARIOS).flatMap((group) => {
      const rows = outcomes.filter((outcome) => outcome.row.group === group && !isDefect(outcome));
      return rows.length === 0 ? [] : [`## ${group}`, '', ...table(rows), ''];
    }),
    ...measured(outcomes, live),
    '## Not handled',
    '',
    'Each of these is a defect, and not what the platform promises. `libs/recovery-world/src/matrix/not-handled.ts` lists them: a new one',
    'fails the test of this page. Clients who are not served, or nobody who is told:',
    '',
    ...table(outcomes.filter((outcome) => isDefect(outcome) && outcome.verdict !== 'served, and people untold')),
    '',
    'Clients are served, and nobody is told that something is broken:',
    '',
    ...table(outcomes.filter(({ verdict }) => verdict === 'served, and people untold')),
    '',
    'This page is generated: `UPDATE_MATRIX=1 npx nx test recovery-world`.',
    '',
  ].join('\n');
}

function introduction(outcomes: readonly Outcome[]): readonly string[] {
  const { guard, timeouts } = worldSettings('automatic');
  const handled = outcomes.filter(({ verdict }) => !DEFECTS.includes(verdict)).length;
  return [
    '# Recovery matrix',
    '',
    `The times on this page come from a model under a virtual clock, not from AWS: the [recovery world](../libs/recovery-world/README.md).`,
    'The controllers, health checks, write fences and operator commands in it are the deployed code; regions, tables, Aurora, Route 53,',
    `CloudWatch alarms and clients are modelled. It assumes that Aurora fails over in ${seconds(FAILOVER_MS)}, switches over in`,
    `${seconds(SWITCHOVER_MS)}, hangs for ${seconds(HANG_MS)} where it hangs, rebuilds an old writer in ${seconds(REBUILD_MS)} (on AWS: minutes to hours) and replicates within`,
    `${REPLICATION_MS} ms; that a controller runs every minute; and settings that are shorter than an environment's: a cooldown of`,
    `${seconds(guard.cooldownMs)}, ${seconds(timeouts.promotionMs)} for a promotion. It does not show what AWS does beyond that, the load on a region that takes over,`,
    'or how long a person takes to repair something, or to restore a backup before `failover --restored`. Where a suite shows a scenario against the deployed sandbox,',
    'the row names it under *live*: `npx nx run platform-e2e:e2e-<suite>`.',
    '',
    'What a row says:',
    '',
    `- *holds*: the region that serves at the begin. ${PREFERRED} is preferred; ${OTHER} holds as long after a takeover, with both healthy. The`,
    `  witness is ${WITNESS}. Words such as "its entry" are about the region that holds. Every fault stays as the row leaves it.`,
    `- *verdict*: a person who is called types ${PERSON_MS / 60_000} minutes later what the notice, the step or the alarm's runbook says.`,
    '  `served by itself`: clients are served before that. `served after …`: by these commands. `reported, nothing to do`: no region is',
    '  left that could serve, and people were told. A second verdict after "or" is that of other seeds: chance decides.',
    `- *entry*, *strong writes* (strongly consistent), *SQL writes*: longest time without service, in seconds, rounded up to ${ROUNDED_TO_MS / 1_000}; – is`,
    `  at most ${seconds(SERVED_MS)}; ∞ had no end.`,
    '- *ends in*: the region that holds at the end, and its step, where that is not `serving`.',
    '- *lost*: acknowledged SQL writes that are lost, of about one a second. *two writers*: seconds in which two regions could have written SQL.',
    '- *people are told*: seconds from the first event to the first message, and all messages: notices by their subject, and alarms.',
    '  Alarms of tables, of Aurora and of load balancers are not modelled.',
    '',
    `${outcomes.length} rows, of which ${handled} are handled. A row is a test of \`recovery-world\` by the name *scenario; … holds, mode*:`,
    "`npx nx test recovery-world --testNamePattern='a region goes dark; us-east-1 holds, automatic'`. `npx nx run recovery-world:nightly` runs each with",
    'more seeds, asks for the same verdict, and writes the ranges of the times into `dist/recovery-world/matrix-ranges.md`.',
    '',
  ];
}

const MEASURED_HEADER = [
  'scenario',
  'verdict',
  'entry',
  'strong writes',
  'SQL writes',
  'ends in',
  'lost',
  'two writers',
  'people are told',
  'test',
];

/** Rows that were played against what is deployed, beside what the model says of them. */
function measured(outcomes: readonly Outcome[], live: Readonly<Record<string, LiveResult>>): readonly string[] {
  const rows = outcomes.flatMap((outcome) => {
    const result = live[outcome.row.title];
    return result === undefined ? [] : [measuredCells(outcome, result)];
  });
  return [
    '## Measured against what is deployed',
    '',
    "The events of these rows happened to the platform as it is deployed in the sandbox account, by the account's faults, under clients",
    'that try twice a second. `npx --no-install stacks scenario` plays any row that the faults can bring about; the nightly',
    'tests that are named play these, and ask for the verdict, the region and the step of the model. Seconds without service: measured, and',
    "in brackets the model's, whose Aurora takes a minute where the account's took 2 s. *two writers*: seconds in which writers that try in both",
    'regions, whatever DNS says, were acknowledged in both. *lost*: of acknowledged SQL writes, about two a second.',
    '',
    ...[MEASURED_HEADER, MEASURED_HEADER.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}

function measuredCells({ row, unserved, unservedMs }: Outcome, result: LiveResult): readonly string[] {
  const { acknowledged, commands, holder, lost, step, suite, told, twoWritersMs, unservedSeconds, verdict } = result;
  const typed = commands.map((command) => `\`${command}\``).join(', ');
  return [
    `${row.name}; ${row.holder}`,
    verdict === 'served after a command' ? `served after ${typed}` : verdict,
    ...TIERS.map((tier) => {
      const of = unservedSeconds[tier] ?? null;
      const modelled = unserved.includes(tier)
        ? '∞'
        : unservedMs[tier] <= SERVED_MS
          ? '–'
          : roundedUp(unservedMs[tier]);
      return `${of === null ? '∞' : of * 1_000 <= SERVED_MS ? '–' : Math.ceil(of)} (${modelled})`;
    }),
    step === 'serving' ? holder : `${holder}, \`${step}\``,
    lost === null ? 'not known' : `${lost} of ${acknowledged}`,
    String(twoWritersMs / 1_000),
    told[0] === undefined ? '–' : `${Math.ceil(told[0].afterSeconds)}: ${told[0].text.replace(/^.*epoch \d+, /, '')}`,
    `\`${suite}\``,
  ];
}

function table(outcomes: readonly Outcome[]): readonly string[] {
  const rows = [HEADER, HEADER.map(() => '---'), ...outcomes.map(cells)];
  return rows.map((row) => `| ${row.join(' | ')} |`);
}

/** The begin of a row on the page, up to its verdict. */
export function beginOfRow(outcome: Outcome): string {
  return `| ${cells(outcome).slice(0, 4).join(' | ')} |`;
}

function cells(outcome: Outcome): readonly string[] {
  const { holder, lost, row, step, twoWritersMs, unserved, unservedMs } = outcome;
  return [
    row.name,
    row.holder,
    row.mode,
    [
      describeVerdict(outcome),
      ...(row.otherwise === undefined || row.otherwise === outcome.verdict ? [] : [row.otherwise]),
    ].join(', or '),
    ...TIERS.map((tier) =>
      unserved.includes(tier) ? '∞' : unservedMs[tier] <= SERVED_MS ? '–' : String(roundedUp(unservedMs[tier])),
    ),
    step === 'serving' ? holder : `${holder}, \`${step}\``,
    String(lost),
    String(twoWritersMs / 1_000),
    describeMessages(outcome),
    (row.live ?? []).map((suite) => `\`${suite}\``).join(', '),
  ];
}

function describeVerdict({ commands, verdict, violation }: Outcome): string {
  const typed = commands.map((command) => `\`${command}\``).join(', ');
  if (verdict === 'served after a command') return `served after ${typed}`;
  if (violation !== null) return `${verdict}: ${violation}`;
  return typed === '' ? verdict : `${verdict}, after ${typed}`;
}

function describeMessages({ messages }: Outcome): string {
  const [first] = messages;
  if (first === undefined) return '–';
  const texts = messages.map(({ text }) => text.replace(/^epoch \d+, /, '').replace(/: ([a-z-]+)$/, ': `$1`'));
  return `${roundedUp(first.afterMs)}: ${[...new Set(texts)].join(', ')}`;
}

function roundedUp(ms: number): number {
  return (Math.ceil(ms / ROUNDED_TO_MS) * ROUNDED_TO_MS) / 1_000;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
