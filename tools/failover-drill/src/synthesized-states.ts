import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SynthesizedState } from '@dr/recovery';
import { synthesizeStacks } from '@dr/stack-plugin/commands';
import type { StateManifest } from '@dr/state-manifest';

/**
 * Synthesizes all stacks for an environment, from the cache where nothing changed, and reads their states.
 *
 * @param workspaceRoot absolute
 * @throws CommandError with what the synthesis said when it fails
 */
export async function synthesizeStates(
  workspaceRoot: string,
  environment: string,
): Promise<readonly SynthesizedState[]> {
  const stacks = await synthesizeStacks(workspaceRoot, environment);
  const root = join(workspaceRoot, 'dist/synth', environment);
  return stacks.flatMap((stack) => {
    const manifest = readJson(join(root, stack, 'states.json')) as StateManifest;
    return manifest.states.map(({ name, folder }) => ({
      name,
      json: readJson(join(root, stack, folder, 'cdk.tf.json')) as SynthesizedState['json'],
    }));
  });
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
