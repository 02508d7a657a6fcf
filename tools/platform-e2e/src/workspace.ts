import { spawn, type SpawnOptions } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as sandbox from '@dr/aws-sandbox';
import type { StacksCommand } from './run-stacks';

export const WORKSPACE = join(__dirname, '../../..');

export interface CommandResult {
  readonly status: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

/**
 * The output of a command that succeeded.
 *
 * @throws with all that it said where it failed: a status alone tells the reader of a log nothing
 */
export function outputOf({ status, output }: CommandResult): string {
  if (status !== 0) throw new Error(`exit status ${status}, expected 0:\n${output}`);
  return output;
}

/** Variables that belong to a task of Nx, or lead Terraform and SDKs elsewhere. */
const NOT_INHERITED =
  /^(NX_|DR_|LERNA_|TF_VAR_|TF_CLI_ARGS|TF_WORKSPACE$|TF_DATA_DIR$|TF_REATTACH_PROVIDERS$|AWS_ENDPOINT_URL|AWS_PROFILE$)/;

/**
 * The variables of a command that a user would run: those of this process, without {@link NOT_INHERITED}.
 *
 * Nx runs with its daemon, which knows the outputs that are in place: without it Nx writes those of every cache hit
 * anew, under other suites that read them at the same time. A daemon that starts asks for the newest release of Nx, and
 * would install it, but for `NX_USE_LOCAL`.
 */
export function testEnvironment(): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  const nx = { NX_DAEMON: 'true', NX_ISOLATE_PLUGINS: 'false', NX_USE_LOCAL: 'true' };
  return { ...Object.fromEntries(inherited), ...nx, FORCE_COLOR: '0' };
}

/** Variables of a command in another workspace, of which no daemon may be left behind. */
export function foreignEnvironment(): Record<string, string | undefined> {
  return { ...testEnvironment(), NX_DAEMON: 'false' };
}

/**
 * Variables of a command in a copy of this workspace: it takes what is built and synthesized alike from the remote cache
 * that `npm test` runs, and puts nothing there. A suite that is run by itself has none, and takes longer.
 */
export function copyEnvironment(): Record<string, string | undefined> {
  const { DR_REMOTE_CACHE: server, DR_REMOTE_CACHE_TOKEN: token } = process.env;
  const cache = { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: server, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token };
  return { ...foreignEnvironment(), ...(server === undefined ? {} : cache) };
}

/** The sandbox account's package as it was built: a suite tests no source. */
function builtSandbox(): typeof sandbox {
  return createRequire(__filename)(join(WORKSPACE, 'dist/tools/aws-sandbox/index.js'));
}

/** An account in which the platform is deployed: by this commit, or by the newest release for each environment. */
export type SnapshotName = 'local' | 'release-local' | 'release-prod';

/** Folder of a snapshot: the account's folder `sandbox`, its process stopped, and what else a test account has. */
export function snapshotFolder(name: SnapshotName): string {
  return join(WORKSPACE, 'dist/snapshots', name);
}

export interface TestAccountOptions {
  /** Folder whose sandbox account is run. @default this workspace */
  readonly workspace?: string;
  /** More variables of each command, settings of the account's process among them. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A sandbox account and work folders of their own, so that a test touches nobody else's. */
export class TestAccount {
  readonly home = mkdtempSync(join(tmpdir(), 'dr-e2e-'));
  /** Folder of the account itself. */
  readonly sandboxHome = join(this.home, 'sandbox');
  readonly environment: Readonly<Record<string, string>>;
  private readonly workspace: string;

  constructor({ workspace = WORKSPACE, variables = {} }: TestAccountOptions = {}) {
    this.workspace = workspace;
    // Databases of root's account run as another user, who passes through.
    chmodSync(this.home, 0o711);
    this.environment = {
      DR_SANDBOX_HOME: this.sandboxHome,
      DR_SANDBOX_PORT: '0',
      DR_DEPLOYMENTS: join(this.home, 'deployments'),
      ...variables,
    };
  }

  /** An account in which the platform is deployed already: a copy of a snapshot. */
  static deployed(name: SnapshotName, options: TestAccountOptions = {}): TestAccount {
    const account = new TestAccount(options);
    cpSync(snapshotFolder(name), account.home, { recursive: true });
    return account;
  }

  /** Starts the account's process, which other commands do by themselves. */
  async start(): Promise<this> {
    outputOf(await this.sandbox('env'));
    return this;
  }

  /** The running account beside AWS's own calls: faults, automation, DNS questions. */
  connect(): Promise<sandbox.Sandbox> {
    return builtSandbox().connectSandbox(this.sandboxHome);
  }

  /** Endpoint of the account's process, which runs. */
  get endpoint(): string {
    return this.identity.endpoint;
  }

  /** Number of the account's process, which runs. */
  get pid(): number {
    return this.identity.pid;
  }

  private get identity(): { readonly pid: number; readonly endpoint: string } {
    return JSON.parse(readFileSync(join(this.sandboxHome, 'sandbox.json'), 'utf8'));
  }

  /**
   * The variables of a Terraform that anybody runs in the account.
   *
   * @param printed result of the command `env` of the sandbox account
   */
  terraformEnvironment(printed: CommandResult): Record<string, string | undefined> {
    const exported = [...outputOf(printed).matchAll(/^export (\w+)='(.*)'\r?$/gm)].map(([, name, value]) => [
      name,
      value,
    ]);
    return { ...this.variables(), ...Object.fromEntries(exported), CHECKPOINT_DISABLE: '1', NO_COLOR: '1' };
  }

  /** Runs a command of the sandbox account, such as `fault --clear`. */
  sandbox(...args: string[]): Promise<CommandResult> {
    const program = join(this.workspace, 'dist/tools/aws-sandbox/main.js');
    return run(process.execPath, [program, ...args], { cwd: this.workspace, env: this.variables() });
  }

  /** Runs Nx as a user would. */
  nx(...args: string[]): Promise<CommandResult> {
    return run('node', ['node_modules/.bin/nx', ...args], { env: this.variables() });
  }

  /** Plans, deploys or destroys stacks by the engine itself: for suites whose subject is not Nx. */
  runStacks(mode: StacksCommand['mode'], options: Omit<StacksCommand, 'mode'> = {}): Promise<CommandResult> {
    const command: StacksCommand = { mode, ...options };
    const program = join(WORKSPACE, 'dist/tools/platform-e2e/run-stacks.js');
    return run(process.execPath, [program, JSON.stringify(command)], { env: this.variables() });
  }

  /** Runs a line of the documentation: `npx nx …`, `npx --no-install recovery …`. */
  type(line: string): Promise<CommandResult> {
    const [, program = '', ...args] = line.replace(' --no-install', '').split(' ');
    return run('node', [`node_modules/.bin/${program}`, ...args], { env: this.variables() });
  }

  /** Variables of a command that is run in this account. */
  variables(): Record<string, string | undefined> {
    return { ...testEnvironment(), ...this.environment };
  }

  /** Folder that Terraform runs in. */
  deployment(state: string, environment = 'local'): string {
    return join(this.home, 'deployments/sandbox', environment, state);
  }

  /** Terraform's state files of an environment, by state. */
  stateFiles(environment = 'local'): Readonly<Record<string, string>> {
    const folder = join(this.sandboxHome, 'states', environment);
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    return Object.fromEntries(
      files
        .filter((file) => file.endsWith('.tfstate'))
        .map((file) => [file.slice(0, -'.tfstate'.length), join(folder, file)]),
    );
  }

  /** Managed resources of every deployed state, by state. */
  deployedResources(environment = 'local'): Readonly<Record<string, number>> {
    return Object.fromEntries(
      Object.entries(this.stateFiles(environment)).map(([state, file]) => [state, countManaged(file)]),
    );
  }

  /** The account's resources, by file: `us-east-1/ec2/aws_vpc/vpc-0a1b….json`. */
  accountFiles(): readonly string[] {
    const folder = join(this.sandboxHome, 'account');
    const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    return files.filter((file) => file.endsWith('.json')).sort();
  }

  async dispose(): Promise<void> {
    await this.sandbox('stop');
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Runs a command in the workspace and collects what it says. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: WORKSPACE, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => (output += text));
    }
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

function countManaged(stateFile: string): number {
  const state = readFileSync(stateFile, 'utf8');
  if (state === '') return 0;
  const { resources } = JSON.parse(state) as { resources: { mode: string; instances: [] }[] };
  return resources.filter(({ mode }) => mode === 'managed').reduce((sum, { instances }) => sum + instances.length, 0);
}
