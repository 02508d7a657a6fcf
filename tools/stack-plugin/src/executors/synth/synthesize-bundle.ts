import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFolderOf, synthFolderOf } from '../../engine/folders';
import { synthFailed } from '../../errors';
import type { StackProject } from '../executor-context';

export interface SynthOptions {
  readonly environment: string;
}

/**
 * Runs a stack's bundle into an empty folder: a state that is no more leaves nothing behind.
 *
 * @throws UserError when it fails; what is wrong was said by the bundle itself
 */
export async function synthesizeBundle(
  workspaceRoot: string,
  { name: stack, root }: StackProject,
  { environment }: SynthOptions,
): Promise<void> {
  const outdir = join(synthFolderOf(workspaceRoot, environment), stack);
  await rm(outdir, { recursive: true, force: true });
  const bundle = join(buildFolderOf(workspaceRoot, root), 'main.js');
  const status = await run(process.execPath, [bundle, '--environment', environment, '--outdir', outdir], workspaceRoot);
  if (status !== 0) {
    await rm(outdir, { recursive: true, force: true });
    throw synthFailed(stack, environment);
  }
}

function run(command: string, args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
