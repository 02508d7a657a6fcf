import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { synthFolderOf } from '../../engine/run-stack';
import { synthFailed } from '../../errors';
import { projectOf, reportingProblems } from '../executor-context';

export interface SynthOptions {
  readonly environment: string;
}

/** Runs a stack's bundle into an empty folder: a state that is no more leaves nothing behind. */
export default function synthExecutor(
  { environment }: SynthOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return reportingProblems(async () => {
    const { name } = projectOf(context);
    const outdir = join(synthFolderOf(context.root, environment), name);
    await rm(outdir, { recursive: true, force: true });
    const bundle = join(context.root, 'dist/apps', name, 'main.js');
    const status = await run(
      process.execPath,
      [bundle, '--environment', environment, '--outdir', outdir],
      context.root,
    );
    if (status !== 0) {
      await rm(outdir, { recursive: true, force: true });
      throw synthFailed(name, environment);
    }
  });
}

function run(command: string, args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
