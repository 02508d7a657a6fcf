import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { build } from '@dr/stack-plugin';
import type { StacksCommand } from './run-stacks';
import { SYNTHESIZED } from './synthesized';
import { type CommandResult, copyEnvironment, foreignEnvironment, outputOf, run, WORKSPACE } from './workspace';

const COPIED = ['apps', 'libs', 'tools', 'nx.json', 'package.json', 'package-lock.json', 'tsconfig.base.json'];
const ALSO_COPIED = ['jest.preset.js', 'eslint.config.mjs', 'module-boundaries.json', '.gitignore'];

/** Programs of the workspace as they are bundled, each with the record of its sources: one that differs is made anew. */
const BUNDLED = ['dist/bundles', 'dist/tools'];

export interface WorkspaceCopyOptions {
  /** More files of the workspace that are copied. */
  readonly others?: readonly string[];
  /** Whether the copy is a git repository, still without a commit. */
  readonly repository?: boolean;
}

/** A copy of the workspace's sources in a folder of its own, with an empty cache, that a test may change. */
export class WorkspaceCopy {
  readonly root: string;
  private writes = 0;

  constructor(name: string, { others = [], repository = false }: WorkspaceCopyOptions = {}) {
    const parent = mkdtempSync(join(tmpdir(), 'dr-copy-'));
    this.root = join(parent, name);
    mkdirSync(this.root);
    for (const entry of [...COPIED, ...ALSO_COPIED, ...others]) {
      cpSync(join(WORKSPACE, entry), join(this.root, entry), {
        recursive: true,
        filter: (source) => !source.includes('node_modules'),
      });
    }
    for (const folder of BUNDLED.filter((folder) => existsSync(join(WORKSPACE, folder)))) {
      cpSync(join(WORKSPACE, folder), join(this.root, folder), { recursive: true });
    }
    symlinkSync(join(WORKSPACE, 'node_modules'), join(this.root, 'node_modules'));
    if (repository) this.git('init', '--quiet', '--initial-branch=main');
  }

  /** Runs git in the copy, as whoever deploys. @returns what it prints */
  git(...args: readonly string[]): string {
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    return execFileSync('git', [...author, ...args], { cwd: this.root, encoding: 'utf8' }).trim();
  }

  /** Commits all that was written. @returns the commit's hash */
  commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Runs Nx in the copy, or in a folder of it. */
  nx(args: readonly string[], { folder = '.', variables = {} } = {}): Promise<CommandResult> {
    const command = join(this.root, 'node_modules/.bin/nx');
    const cwd = join(this.root, folder);
    return run(process.execPath, [command, ...args], { cwd, env: { ...copyEnvironment(), ...variables } });
  }

  /** Runs a line of the documentation, `npx nx …`, in the copy. */
  type(line: string, variables = {}): Promise<CommandResult> {
    const command = line.replace(/^npx nx /, 'node node_modules/.bin/nx ');
    return run('bash', ['-c', command], { cwd: this.root, env: { ...copyEnvironment(), ...variables } });
  }

  /** Installs what the copy's package.json names, in place of the packages that it shares with this workspace. */
  install(): Promise<CommandResult> {
    rmSync(join(this.root, 'node_modules'));
    return run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], {
      cwd: this.root,
      env: foreignEnvironment(),
    });
  }

  /** Runs a command of the copy's `stacks`; the one on the shared path is of this workspace. */
  stacks(args: readonly string[], variables = {}): Promise<CommandResult> {
    return run(process.execPath, ['tools/stacks-cli/bin.mjs', ...args], {
      cwd: this.root,
      env: { ...copyEnvironment(), ...variables },
    });
  }

  /** Bundles a stack of the copy as its target does, without Nx. */
  async build(stack: string): Promise<void> {
    const projects = { [stack]: { root: `apps/${stack}` } };
    const context = { root: this.root, projectName: stack, projectsConfigurations: { projects } };
    const { success } = await build({}, context as unknown as ExecutorContext);
    if (!success) throw new Error(`${stack}: the build failed, expected a bundle. Correct the stack's code.`);
  }

  /** Runs the bundle of a stack, into `dist/synth/<environment>/<stack>`. */
  synthesize(stack: string, environment = 'local'): Promise<CommandResult> {
    const outdir = join(this.root, 'dist/synth', environment, stack);
    rmSync(outdir, { recursive: true, force: true });
    const bundle = join(this.root, 'dist/apps', stack, 'main.js');
    return run(process.execPath, [bundle, '--environment', environment, '--outdir', outdir], {
      cwd: this.root,
      env: foreignEnvironment(),
    });
  }

  /** Takes what is synthesized of this workspace for what is synthesized in the copy. */
  takeSynthesized(environment = 'local'): void {
    cpSync(join(SYNTHESIZED, environment), join(this.root, 'dist/synth', environment), { recursive: true });
  }

  /** Bundles stacks and runs their bundles, without Nx. @throws with what is wrong where one is not synthesized */
  async buildAndSynthesize(...stacks: readonly string[]): Promise<void> {
    for (const stack of stacks) {
      await this.build(stack);
      outputOf(await this.synthesize(stack));
    }
  }

  /** Plans, deploys or destroys what is synthesized in the copy by the engine itself: where Nx is not the subject. */
  runStacks(
    mode: StacksCommand['mode'],
    options: Omit<StacksCommand, 'mode'> = {},
    variables = {},
  ): Promise<CommandResult> {
    const command: StacksCommand = { mode, synthesized: join(this.root, 'dist/synth/local'), ...options };
    const program = join(this.root, 'dist/tools/platform-e2e/run-stacks.js');
    return run(process.execPath, [program, JSON.stringify(command)], {
      cwd: this.root,
      env: { ...foreignEnvironment(), ...variables },
    });
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  write(file: string, content: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), content);
    // Nx knows a changed file by the second of its change: two changes in one second would be one to it.
    const second = Math.floor(Date.now() / 1_000) + ++this.writes;
    utimesSync(join(this.root, file), second, second);
  }

  /** Replaces text that must be there. */
  replace(file: string, from: string, to: string): void {
    const content = this.read(file);
    if (!content.includes(from)) throw new Error(`${file} does not contain ${from}`);
    this.write(file, content.replace(from, to));
  }

  /** Every file below a folder of the copy, as {@link filesIn} has them. */
  files(folder: string): Readonly<Record<string, string>> {
    return filesIn(join(this.root, folder));
  }

  dispose(): void {
    rmSync(dirname(this.root), { recursive: true, force: true });
  }
}

/** Every file below a folder, sorted, with its content in Base64, by path. */
export function filesIn(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'base64')]),
  );
}
