import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '@dr/environments';
import type { RecoveryObjectives, SynthesizedState } from '@dr/recovery';
import { synthesizeFolder, synthesizeStacks } from '@dr/stack-plugin/commands';
import { folderDigest, readFolderFiles, STATE_MANIFEST_FILE, type StateManifest } from '@dr/state-manifest';
import { checkOutRevision } from './check-out-revision';

/** Stacks of a revision as they are synthesized for an environment. */
export interface SynthesizedRevision {
  /** Absolute: below it is `dist/synth`. */
  readonly folder: string;
  readonly manifests: readonly StateManifest[];
  readonly states: readonly SynthesizedState[];
  /** Undefined where its settings could not be read. */
  readonly objectives: RecoveryObjectives | undefined;
}

/** Synthesizes the work tree, from the cache where nothing changed. */
export async function synthesizeHead(workspaceRoot: string, environment: string): Promise<SynthesizedRevision> {
  const { objectives } = loadEnvironment(environment);
  const stacks = await synthesizeStacks(workspaceRoot, environment);
  return { ...readSynthesized(workspaceRoot, environment, stacks), objectives };
}

/** Checks a commit out beside this clone and synthesizes it, for as long as some work needs it. */
export async function withBase<Result>(
  workspaceRoot: string,
  commit: string,
  environment: string,
  work: (base: SynthesizedRevision) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'dr-base-'));
  try {
    checkOutRevision(workspaceRoot, commit, folder, 'own');
    const stacks = await synthesizeFolder(folder, environment);
    for (const stack of stacks) addDigests(join(folder, 'dist/synth', environment, stack));
    const objectives = await readObjectives(folder, environment);
    return await work({ ...readSynthesized(folder, environment, stacks), objectives });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds the digest of each state to the manifest of a stack that an older synthesis wrote without. */
function addDigests(stackFolder: string): void {
  const file = join(stackFolder, STATE_MANIFEST_FILE);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as StateManifest;
  const states = manifest.states.map((state) => ({
    ...state,
    digest: state.digest ?? folderDigest(readFolderFiles(join(stackFolder, state.folder))),
  }));
  writeFileSync(file, JSON.stringify({ ...manifest, states }));
}

function readSynthesized(
  folder: string,
  environment: string,
  stacks: readonly string[],
): Omit<SynthesizedRevision, 'objectives'> {
  const root = join(folder, 'dist/synth', environment);
  const readJson = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), 'utf8')) as unknown;
  const manifests = stacks.map((stack) => readJson(stack, STATE_MANIFEST_FILE) as StateManifest);
  const states = manifests.flatMap(({ stack, states: entries }) =>
    entries.map(({ name, folder: of }) => ({
      name,
      json: readJson(stack, of, 'cdk.tf.json') as SynthesizedState['json'],
    })),
  );
  return { folder, manifests, states };
}

/** The recovery objectives of an environment, by the code of a folder; undefined where that has no such environment. */
async function readObjectives(folder: string, environment: string): Promise<RecoveryObjectives | undefined> {
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
