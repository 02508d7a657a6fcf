import {
  code,
  fenced,
  type CommentPart,
  fitComment,
  headed,
  reportParts,
  reportSummary,
  table,
} from '@dr/stack-plugin/commands';
import { short } from '../revision/git';
import type { Review } from './review';

/**
 * Reviews of a change in some environments as one comment: what a deploy stops at, what is destroyed or replaced, what
 * follows from it downstream, what the recovery and the running costs become; then what is changed and created, and
 * folded what stays. Parts that a comment has no room for are left out from the end of that list on, and named.
 */
export function reviewMarkdown(reviews: readonly Review[]): string {
  const of = (heading: string, parts: (review: Review) => readonly CommentPart[]) =>
    reviews.flatMap((review) => headed(`### ${heading} in ${review.environment}`, named(review, parts(review))));
  const partsOf = new Map(reviews.map((review) => [review, review.plan && reportParts(review.plan)]));
  return fitComment([
    { name: 'title', text: title(reviews) },
    ...of('Not planned, or a deploy stops here', (review) => [
      ...problems(review),
      ...(partsOf.get(review)?.stops ?? []),
    ]),
    ...of('Destroyed or replaced', (review) => partsOf.get(review)?.losses ?? []),
    ...of('Left behind', leftBehindParts),
    ...of('Downstream', (review) => partsOf.get(review)?.downstream ?? []),
    ...of('Recovery budget', recoveryParts),
    ...of('Running costs', costParts),
    ...of('Changed', (review) => partsOf.get(review)?.changes ?? []),
    ...of('Created', (review) => partsOf.get(review)?.creations ?? []),
    ...of('Unchanged', (review) => partsOf.get(review)?.unchanged ?? []),
  ]);
}

function named({ environment }: Review, parts: readonly CommentPart[]): readonly CommentPart[] {
  return parts.map((part) => ({ ...part, name: `${part.name} (${environment})` }));
}

function title(reviews: readonly Review[]): string {
  const [first] = reviews;
  if (first === undefined) return '## Nothing to review';
  const head = `${code(short(first.head))}${first.changed ? ' with changes that it does not hold' : ''}`;
  const rows = reviews.map(({ environment, account, plan, problem }) => [
    `${environment} (${account})`,
    problem !== undefined ? '**not planned**' : plan === undefined ? 'nothing is affected' : reportSummary(plan),
    (plan?.stops ?? []).length > 0 ? '**stops**' : problem === undefined ? 'goes on' : '',
  ]);
  return `## Changes of ${head} over ${code(short(first.base))}\n\n${table(['environment', 'plan', 'a deploy'], rows)}`;
}

function problems({ problem, baseProblem }: Review): readonly CommentPart[] {
  return [problem, baseProblem]
    .filter((text) => text !== undefined)
    .map((text) => ({ name: 'a problem', text: fenced(text) }));
}

function leftBehindParts({ leftBehind = [], environment }: Review): readonly CommentPart[] {
  return leftBehind.map((state) => ({
    name: state,
    text: `**${state}** is of no stack any more. Where it is deployed it stays, until it is destroyed by its name: ${code(`npx --no-install stacks destroy-orphan ${state} -c ${environment}`, Infinity)}`,
  }));
}

function recoveryParts({ recovery }: Review): readonly CommentPart[] {
  if (recovery === undefined || recovery.tiers.length === 0) return [];
  const { tiers, missed } = recovery;
  const amount = (value: number | undefined, unit: string) => (value === undefined ? 'unknown' : `${value} ${unit}`);
  const isChanged = tiers.some(
    ({ before, after, objectiveBefore, objective }) => before !== after || objectiveBefore !== objective,
  );
  if (!isChanged && missed.length === 0) {
    const values = tiers.map(({ tier, after, unit }) => `${tier} ${amount(after, unit)}`).join('; ');
    return [{ name: 'the recovery budget', text: `Unchanged, at worst: ${values}.` }];
  }
  const rows = tiers.map(({ tier, unit, before, after, objectiveBefore, objective }) => [
    tier,
    amount(before, unit),
    before === after ? amount(after, unit) : `**${amount(after, unit)}**`,
    objectiveBefore === undefined || objectiveBefore === objective
      ? (objective ?? 'none')
      : `**${objective ?? 'none'}**, before ${objectiveBefore}`,
  ]);
  const lines = missed.map((text) => `**Missed.** ${text}`);
  return [
    {
      name: 'the recovery budget',
      text: [table(['tier, at worst', 'before', 'after', 'objective'], rows), ...lines].join('\n\n'),
    },
  ];
}

function costParts({ costs }: Review): readonly CommentPart[] {
  if (costs === undefined || costs.length === 0) return [];
  const changed = costs.filter(({ before, after }) => before !== after);
  if (changed.length === 0) {
    const values = costs.map(({ what, after }) => `${after} ${what}`).join('; ');
    return [{ name: 'counts that cost', text: `Unchanged: ${values}.` }];
  }
  const rows = changed.map(({ what, before, after }) => [
    what,
    before === undefined ? 'unknown' : `${before}`,
    `**${after}**`,
  ]);
  const rest = costs.length - changed.length;
  return [
    {
      name: 'counts that cost',
      text: `${table(['what costs while it is there', 'before', 'after'], rows)}${rest > 0 ? `\n\n${rest} other counts are unchanged.` : ''}`,
    },
  ];
}
