import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecoveryObjectives, SynthesizedState } from '@dr/recovery';
import type { StateManifest } from '@dr/state-manifest';

/** Stacks of a revision as they are synthesized for an environment. */
export interface SynthesizedRevision {
  readonly manifests: readonly StateManifest[];
  readonly states: readonly SynthesizedState[];
  /** Undefined where its settings could not be read. */
  readonly objectives: RecoveryObjectives | undefined;
}

/** Reads what is synthesized in a folder. */
export function readSynthesized(
  folder: string,
  environment: string,
  stacks: readonly string[],
): Pick<SynthesizedRevision, 'manifests' | 'states'> {
  const root = join(folder, 'dist/synth', environment);
  const readJson = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), 'utf8')) as unknown;
  const manifests = stacks.map((stack) => readJson(stack, 'states.json') as StateManifest);
  const states = manifests.flatMap(({ stack, states: entries }) =>
    entries.map(({ name, folder: of }) => ({
      name,
      json: readJson(stack, of, 'cdk.tf.json') as SynthesizedState['json'],
    })),
  );
  return { manifests, states };
}

/** The recovery objectives of an environment, by the code of a folder; undefined where that has no such environment. */
export async function readObjectives(folder: string, environment: string): Promise<RecoveryObjectives | undefined> {
  const { build } = await import('esbuild');
  const outfile = join(folder, 'dist/objectives.js');
  try {
    await build({
      absWorkingDir: folder,
      stdin: {
        contents: `import { loadEnvironment } from '@dr/environments';
          process.stdout.write(JSON.stringify(loadEnvironment(process.argv[2]).objectives));`,
        resolveDir: folder,
      },
      outfile,
      tsconfig: join(folder, 'tsconfig.base.json'),
      bundle: true,
      preserveSymlinks: true,
      platform: 'node',
      logLevel: 'silent',
    });
    return JSON.parse(execFileSync(process.execPath, [outfile, environment], { stdio: 'pipe' }).toString());
  } catch {
    return undefined;
  }
}
