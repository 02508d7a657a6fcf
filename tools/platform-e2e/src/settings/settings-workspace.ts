import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@dr/environments';
import { folderDigest, readFolderFiles, type StateManifest } from '@dr/state-manifest';
import { STACKS } from '../synthesized';
import { type CommandResult, foreignEnvironment, outputOf, run } from '../workspace';
import { WorkspaceCopy } from '../workspace-copy';

/** Source of the environment `local` in the copy. */
const SETTINGS_FROM_VARIABLE = "export const local = JSON.parse(process.env['DR_E2E_SETTINGS'] ?? '{}');\n";

/** One run of the stack plugin over what is synthesized with some settings. */
export interface StacksRun {
  readonly mode: 'plan' | 'deploy';
  /** One of {@link SettingsWorkspace.synthesize}. */
  readonly synthesized: string;
  /** Only these states. @default all */
  readonly states?: ReadonlySet<string>;
  /** Of the executor: `{ skipUnchanged: true }`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A copy of the workspace whose stacks are synthesized and deployed with any settings, without building them anew. */
export class SettingsWorkspace {
  private readonly copy = new WorkspaceCopy('workspace');
  private count = 0;

  /** Bundles all stacks once. */
  async build(): Promise<this> {
    this.copy.write('libs/environments/src/environments/local.ts', SETTINGS_FROM_VARIABLE);
    for (const stack of STACKS) await this.copy.build(stack);
    return this;
  }

  /**
   * Synthesizes stacks with each of some settings.
   *
   * @param stacks all by default
   * @returns the folder of each, with a folder a stack
   * @throws with what is wrong where a stack refuses the settings
   */
  async synthesize(environments: readonly Environment[], stacks = STACKS): Promise<readonly string[]> {
    const bundles = Object.fromEntries(
      stacks.map((stack) => [stack, join(this.copy.root, 'dist/apps', stack, 'main.js')]),
    );
    const runs = environments.map((settings) => ({ settings, outdir: this.folder('synthesized') }));
    await this.node('synthesize-settings.cjs', { bundles, runs }, {});
    return runs.map(({ outdir }) => outdir);
  }

  /**
   * A copy of what is synthesized with one state's configuration changed.
   *
   * @param change changes it in place
   */
  edited(synthesized: string, stack: string, state: string, change: (json: Record<string, unknown>) => void): string {
    const folder = this.folder('synthesized');
    cpSync(synthesized, folder, { recursive: true });
    const manifestFile = join(folder, stack, 'states.json');
    const manifest: StateManifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
    const states = manifest.states.map((entry) => {
      if (entry.name !== state) return entry;
      const file = join(folder, stack, entry.folder, 'cdk.tf.json');
      const json = JSON.parse(readFileSync(file, 'utf8'));
      change(json);
      writeFileSync(file, JSON.stringify(json));
      return { ...entry, digest: folderDigest(readFolderFiles(join(folder, stack, entry.folder))) };
    });
    writeFileSync(manifestFile, JSON.stringify({ ...manifest, states }));
    return folder;
  }

  /**
   * Plans or deploys one after the other.
   *
   * @param variables of the account that it is done in
   */
  async runStacks(
    runs: readonly StacksRun[],
    variables: Readonly<Record<string, string | undefined>>,
  ): Promise<readonly CommandResult[]> {
    const prepared = runs.map(({ mode, synthesized, states, options = {} }) => ({
      mode,
      folder: this.workspaceWith(synthesized, states),
      options,
    }));
    const file = await this.node('run-stacks.cjs', { root: this.copy.root, runs: prepared }, variables);
    return JSON.parse(readFileSync(`${file}.results`, 'utf8'));
  }

  dispose(): void {
    this.copy.dispose();
  }

  /** A folder that the plugin takes for a workspace, with some states of what was synthesized. */
  private workspaceWith(synthesized: string, states: ReadonlySet<string> | undefined): string {
    const folder = this.folder('runs');
    for (const stack of readdirSync(synthesized)) {
      const manifest: StateManifest = JSON.parse(readFileSync(join(synthesized, stack, 'states.json'), 'utf8'));
      const wanted = manifest.states.filter(({ name }) => states?.has(name) ?? true);
      if (wanted.length === 0) continue;
      const target = join(folder, 'dist/synth/local', stack);
      mkdirSync(target, { recursive: true });
      symlinkSync(join(synthesized, stack, 'stacks'), join(target, 'stacks'));
      writeFileSync(join(target, 'states.json'), JSON.stringify({ ...manifest, states: wanted }));
    }
    return folder;
  }

  /** Runs a program of this folder on a file with its input. @throws with its output where it fails */
  private async node(
    program: string,
    input: object,
    variables: Readonly<Record<string, string | undefined>>,
  ): Promise<string> {
    const file = join(this.folder('inputs'), 'input.json');
    writeFileSync(file, JSON.stringify(input));
    const env = { ...foreignEnvironment(), ...variables };
    outputOf(await run(process.execPath, [join(__dirname, program), file], { env }));
    return file;
  }

  private folder(kind: string): string {
    const folder = join(this.copy.root, 'dist/settings', kind, String(++this.count));
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}
