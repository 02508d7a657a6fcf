import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '@dr/command-line';
import { runNx, synthesisOf } from '../nx-process';
import { resolveOptions } from '../plugin-options';

/**
 * Synthesizes all stacks for an environment, from the cache where nothing changed.
 *
 * @param workspaceRoot absolute
 * @returns the stacks of the workspace, sorted
 * @throws CommandError with what the synthesis said when it fails
 */
export async function synthesizeStacks(workspaceRoot: string, environment: string): Promise<readonly string[]> {
  const { status, output } = await runNx(workspaceRoot, synthesisOf(environment));
  if (status !== 0) throw new CommandError(`${environment}: the stacks cannot be synthesized.\n${output.trim()}`);
  return (await resolveStackFolders(workspaceRoot)).stacks;
}

/** The stacks as the plugin finds them: what lies in dist may be of one that was deleted. */
export async function resolveStackFolders(
  workspaceRoot: string,
): Promise<{ readonly folder: string; readonly stacks: readonly string[] }> {
  const { plugins = [] } = JSON.parse(readFileSync(join(workspaceRoot, 'nx.json'), 'utf8')) as {
    readonly plugins?: readonly (string | { readonly plugin: string; readonly options?: unknown })[];
  };
  const own = plugins.find((each) => (typeof each === 'string' ? each : each.plugin).includes('stack-plugin'));
  const { stacks: folder } = await resolveOptions(typeof own === 'object' ? own.options : undefined, workspaceRoot);
  const stacks = readdirSync(join(workspaceRoot, folder))
    .filter((stack) =>
      ['tsconfig.json', 'src/main.ts'].every((file) => existsSync(join(workspaceRoot, folder, stack, file))),
    )
    .sort();
  return { folder, stacks };
}
