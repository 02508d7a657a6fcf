import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, type CommandContext, CommandError, type MakeCommand, writeJsonFile } from '@dr/command-line';
import { loadEnvironment } from '@dr/environments';
import { environmentOption } from '@dr/stack-plugin/commands';
import { changesBetween } from '../review/changes-between';
import type { Review } from '../review/review';
import { reviewMarkdown } from '../review/review-markdown';
import { compare, type Comparison, short } from '../revision/git';
import { synthesizeHead, type SynthesizedRevision, withBase } from '../revision/synthesized-revision';
import { allowedSince } from './allowed-since';
import { withEmptySandbox } from './empty-sandbox';
import { rehearseDeploys } from './rehearse';

/** `stacks rehearse` */
export const rehearse: MakeCommand = (context) =>
  new Command('rehearse')
    .summary('Deploy a base, and the work tree over it, in an empty sandbox account of its own')
    .description(
      'Deploy the stacks of a base into an empty sandbox account of its own, then those of the work tree over them, and print ' +
        'as Markdown what is replaced, destroyed or broken downstream, with its values. Ends with status 1 where something ' +
        'that keeps data or a name is lost, and allowed-changes.json does not say that it is on purpose; where an output is ' +
        'dropped that is still read; where a state cannot be planned or applied; and where a recovery objective is missed.',
    )
    .option('--base <revision>', 'Branch or commit that is deployed first, where the work tree left it', 'main')
    .addOption(environmentOption())
    .option('--json <file>', 'File to write the same to as JSON')
    .action(async ({ base, environment, json }) => {
      const rehearsed = await rehearsalOf(await compare(context.workspaceRoot, base, undefined), environment, context);
      if (json !== undefined) writeJsonFile(context, json, rehearsed);
      context.print(reviewMarkdown([rehearsed]).trimEnd());
      const failures = failuresOf(rehearsed);
      for (const failure of failures) context.say(failure);
      if (failures.length > 0) context.endWith(1);
    });

async function rehearsalOf(comparison: Comparison, environment: string, context: CommandContext): Promise<Review> {
  const { workspaceRoot, say } = context;
  loadEnvironment(environment);
  say(`environment ${environment}, an empty sandbox account: ${short(comparison.base)}, and the work tree over it`);
  const of = { version: 1 as const, environment, account: 'sandbox', ...comparison };
  const after = synthesizeHead(workspaceRoot, environment);
  // It is awaited below, where the base may have failed first.
  after.catch(() => undefined);
  return withBase(workspaceRoot, comparison.base, environment, async (before) => {
    const changes = changesBetween(environment, before, await after);
    try {
      return { ...of, plan: await deployBoth(before, await after, comparison, environment, context), ...changes };
    } catch (error) {
      if ((error as Error).name !== 'UserError') throw error;
      return { ...of, problem: (error as Error).message, ...changes };
    }
  }).catch((error: Error) => {
    throw error.name === 'UserError' || error instanceof CommandError
      ? new CommandError(`${short(comparison.base)}: ${error.message}`)
      : error;
  });
}

async function deployBoth(
  before: SynthesizedRevision,
  after: SynthesizedRevision,
  { base }: Comparison,
  environment: string,
  { workspaceRoot, say }: CommandContext,
): ReturnType<typeof rehearseDeploys> {
  const allowed = await allowedSince(workspaceRoot, environment, base);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const folder = mkdtempSync(join(tmpdir(), 'dr-rehearsal-'));
  try {
    return await withEmptySandbox(folder, () =>
      rehearseDeploys({ workspaceRoot, environment, before, after, allowed, folder, interrupt: interrupt.signal, say }),
    );
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

/** Reasons for which a rehearsal fails. */
export function failuresOf({ plan, problem, recovery }: Review): readonly string[] {
  const undone = (plan?.states ?? []).filter(({ outcome }) => outcome === 'failed' || outcome === 'left');
  return [
    ...(problem === undefined ? [] : [problem]),
    ...(plan?.stops ?? []),
    ...undone.map(({ state, problem: reason = 'not done' }) =>
      reason.startsWith(state) ? reason : `${state}: ${reason}`,
    ),
    ...(recovery?.missed ?? []),
  ];
}
