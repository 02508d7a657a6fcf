import { spawn, type SpawnOptions } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const WORKSPACE = join(__dirname, '../../..');

export interface CommandResult {
  readonly status: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

/** The variables of a command that a user would run: those of this process, without what a task of Nx hands on. */
export function testEnvironment(): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NX_|DR_|LERNA_)/.test(name));
  return { ...Object.fromEntries(inherited), NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false', FORCE_COLOR: '0' };
}

/** A sandbox account and deployments of their own, so that a test touches nobody else's. */
export class TestAccount {
  constructor(private readonly workspace = WORKSPACE) {}

  readonly home = mkdtempSync(join(tmpdir(), 'dr-e2e-'));
  readonly environment: Readonly<Record<string, string>> = {
    DR_SANDBOX_HOME: join(this.home, 'sandbox'),
    DR_SANDBOX_PORT: '0',
    DR_DEPLOYMENTS: join(this.home, 'deployments'),
  };

  /** Runs Nx as a user would. */
  nx(...args: string[]): Promise<CommandResult> {
    return run('node', ['node_modules/.bin/nx', ...args], { env: this.variables() });
  }

  /** Variables of a command that is run in this account. */
  variables(): Record<string, string | undefined> {
    return { ...testEnvironment(), ...this.environment };
  }

  deployment(state: string, environment = 'local'): string {
    return join(this.home, 'deployments/sandbox', environment, state);
  }

  /** Managed resources of every deployed state, by state. */
  deployedResources(environment = 'local'): Readonly<Record<string, number>> {
    const folder = join(this.home, 'deployments/sandbox', environment);
    const states = existsSync(folder) ? readdirSync(folder).sort() : [];
    return Object.fromEntries(states.map((state) => [state, countManaged(join(folder, state, 'terraform.tfstate'))]));
  }

  /** The account's resources, by file: `us-east-1/ec2/aws_vpc/vpc-0a1b….json`. */
  accountFiles(): readonly string[] {
    const folder = join(this.home, 'sandbox/account');
    const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    return files.filter((file) => file.endsWith('.json')).sort();
  }

  async dispose(): Promise<void> {
    const options = { cwd: this.workspace, env: this.variables() };
    await run('node', ['dist/tools/aws-sandbox/main.js', 'stop'], options);
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
  if (!existsSync(stateFile)) return 0;
  const { resources } = JSON.parse(readFileSync(stateFile, 'utf8')) as { resources: { mode: string; instances: [] }[] };
  return resources.filter(({ mode }) => mode === 'managed').reduce((sum, { instances }) => sum + instances.length, 0);
}
