import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Command, type CommandContext, type MakeCommand } from '@dr/command-line';
import { statesOf } from '../engine/run';
import { type OpenEnvironment, openEnvironment } from './open-environment';
import { accountOption, destinationOf, environmentOption } from './options';

/** Compared with the empty tree every file has changed: `git hash-object -t tree /dev/null`. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** `stacks base` */
export const base: MakeCommand = (context) =>
  new Command('base')
    .summary('Print the commit since which stacks are affected: the oldest that is deployed')
    .description(
      'Print the commit for --base of nx affected: the newest one that everything deployed contains. Where a state is not ' +
        'deployed, or from a commit that this one does not contain, it is the empty tree, and every stack is affected.',
    )
    .addOption(environmentOption())
    .addOption(accountOption())
    .action(async (options) => {
      const environment = await openEnvironment(destinationOf(options), context);
      context.print(await baseOf(environment, context));
    });

async function baseOf(
  { manifests, records, newer, workTree }: OpenEnvironment,
  { workspaceRoot, say }: CommandContext,
): Promise<string> {
  const states = manifests.flatMap(statesOf).map(({ entry }) => entry.name);
  const commits = states.map((state) => records.states.get(state)?.record.commit);
  const unknown = states.filter((_state, index) => {
    const commit = commits[index];
    return commit === undefined || newer.has(commit);
  });
  if (unknown.length > 0 || workTree.commit === undefined) {
    say(
      `${unknown.length} of ${states.length} states are not deployed from a commit that this one contains: all are affected`,
    );
    return EMPTY_TREE;
  }
  const args = ['merge-base', '--octopus', ...new Set(commits as string[])];
  const { stdout } = await promisify(execFile)('git', args, { cwd: workspaceRoot });
  return stdout.trim();
}
