import { resolve } from 'node:path';
import { Command, type CommandContext, CommandError, type MakeCommand, writeJsonFile } from '@dr/command-line';
import {
  accountOption,
  destinationOf,
  environmentOption,
  type PlanReport,
  planStacks,
} from '@dr/stack-plugin/commands';
import { compare, type Comparison } from '../revision/git';
import { synthesizeHead, withBase } from '../revision/synthesized-revision';
import { changesBetween } from './changes-between';
import { readReview, type Review } from './review';
import { reviewMarkdown } from './review-markdown';

/** `stacks review` */
export const review: MakeCommand = (context) =>
  new Command('review')
    .summary('Print what a change does to an environment, as the comment of a pull request')
    .description(
      'Plan the stacks that the work tree affects since a base, without locks, and print as Markdown what would be destroyed ' +
        'or replaced, whom it reaches downstream, the recovery budget and the counts that cost before and after, and what ' +
        'would be changed and created. Files that --json wrote for some environments are printed as one comment. Ends with ' +
        'status 1 where a state could not be planned.',
    )
    .argument('[reviews...]', 'Files that --json wrote: they are printed together, and nothing is planned')
    .option('--base <revision>', 'Branch or commit that the change is compared with', 'main')
    .option('--head <revision>', 'Commit of the change, which has to be checked out (default: the work tree as it is)')
    .addOption(environmentOption())
    .addOption(accountOption())
    .option('--json <file>', 'File to write the same to as JSON')
    .action(async (files, { base, head, json, ...options }) => {
      const reviews =
        files.length > 0
          ? files.map((file) => readReview(resolve(context.folder, file)))
          : [await reviewOf(await compare(context.workspaceRoot, base, head), destinationOf(options), context)];
      if (json !== undefined && files.length === 0) {
        writeJsonFile(context, json, reviews[0]);
      }
      context.print(reviewMarkdown(reviews).trimEnd());
      if (files.length === 0 && reviews.some(isNotPlanned)) context.endWith(1);
    });

function isNotPlanned({ problem, plan }: Review): boolean {
  return problem !== undefined || (plan?.states ?? []).some(({ outcome }) => outcome !== 'planned');
}

async function reviewOf(
  comparison: Comparison,
  destination: ReturnType<typeof destinationOf>,
  context: CommandContext,
): Promise<Review> {
  const { base, head, changed } = comparison;
  const of = { version: 1 as const, ...destination, base, head, changed };
  // Without a head Nx also counts changes that no commit holds.
  const choice = ['affected', `--base=${base}`, ...(changed ? [] : [`--head=${head}`])] as const;
  let plan: PlanReport | undefined;
  try {
    plan = await planStacks(destination, choice, context);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { ...of, problem: error.message };
  }
  if (plan === undefined) return of;
  const { environment } = destination;
  const { workspaceRoot } = context;
  const after = await synthesizeHead(workspaceRoot, environment);
  const before = await withBase(workspaceRoot, base, environment, (revision) => Promise.resolve(revision)).catch(
    (error: Error) => error.message,
  );
  return typeof before === 'string'
    ? {
        ...of,
        plan,
        baseProblem: `The base is not synthesized: ${before}`,
        ...changesBetween(environment, undefined, after),
      }
    : { ...of, plan, ...changesBetween(environment, before, after) };
}
