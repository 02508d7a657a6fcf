import { join } from 'node:path';
import { buildStack } from '../executors/build/build-stack';
import { synthesizeBundle } from '../executors/synth/synthesize-bundle';
import { resolveStackFolders } from './nx';

/**
 * Builds and synthesizes all stacks of a folder in this process, without Nx and its cache: of a checked-out commit, which
 * has no cache yet.
 *
 * @param folder absolute; packages are installed in it, or linked
 * @returns the stacks of the folder, sorted
 * @throws what the build says, or UserError where a synthesis fails
 */
export async function synthesizeFolder(folder: string, environment: string): Promise<readonly string[]> {
  const { folder: stacksFolder, stacks } = await resolveStackFolders(folder);
  await Promise.all(
    stacks.map(async (name) => {
      const project = { name, root: join(stacksFolder, name) };
      await buildStack(folder, project);
      await synthesizeBundle(folder, project, { environment });
    }),
  );
  return stacks;
}
