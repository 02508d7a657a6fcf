import { readFileSync } from 'node:fs';
import { startDetached } from '@dr/detached-process';
import { lockHolder } from '../account/account-lock';
import { enterNetwork } from '../network/region-network';
import { reattachEnvironment } from '../wire/reattach-environment';
import type { SandboxStatus } from './control-api';
import { askSandbox } from './control-client';
import { SandboxError } from './errors';
import { SandboxHome } from './sandbox-home';
import type { ProviderUse } from './terraform-sockets';

const START_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 20;

/** Where a run of Terraform reaches the account. */
export interface TerraformFolder extends ProviderUse {
  readonly workFolder: string;
}

/** A running sandbox account. */
export interface Sandbox {
  readonly pid: number;
  /** Twelve digits. */
  readonly accountId: string;
  readonly endpoint: string;
  /** True where this call started it. */
  readonly started: boolean;
  /** Environment variables that point Terraform in a folder, and SDKs, at the account. */
  env(folder: TerraformFolder): Promise<Readonly<Record<string, string>>>;
  /** Lets this process reach the account's names, such as function URLs, by `fetch`. */
  enterNetwork(): void;
}

/** The sandbox that runs in a folder, or undefined. */
async function connectSandbox(home: string): Promise<Sandbox | undefined> {
  const status = await askSandbox(new SandboxHome(home).controlSocket, 'status', undefined);
  return status && sandboxOf(status, new SandboxHome(home), false);
}

export interface EnsureSandboxOptions {
  readonly home: string;
  /** Starts the sandbox in the foreground: `['node', 'main.js', 'serve']`; `--home` is added. */
  readonly command: readonly [program: string, ...args: string[]];
}

/**
 * The sandbox that runs in a folder; it is started, to outlive this process, when none does. Callers at the same time
 * get the same one.
 *
 * @throws SandboxError with what the process said where it ends before it is ready, or is not ready within 30 s
 */
export async function ensureSandbox({ home: path, command }: EnsureSandboxOptions): Promise<Sandbox> {
  const running = await connectSandbox(path);
  if (running) return running;

  const home = new SandboxHome(path);
  home.create();
  const [program, ...args] = command;
  const child = await startDetached({
    command: program,
    args: [...args, '--home', home.folder],
    folder: home.folder,
    environment: process.env,
    logFile: home.logFile,
  });
  let hasEnded = false;
  void child.exited.then(() => (hasEnded = true));
  try {
    for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await pause()) {
      const status = await askSandbox(home.controlSocket, 'status', undefined);
      if (status) return sandboxOf(status, home, status.pid === child.pid);
      // One that lost the race for the folder ends; the one that won is about to answer.
      if (hasEnded && lockHolder(home.folder) === undefined) {
        throw SandboxError.notStarted(home.folder, readFileSync(home.logFile, 'utf8').trim());
      }
    }
    throw SandboxError.notStarted(home.folder, `not ready within 30 s. What it said: ${home.logFile}`);
  } finally {
    child.unwatch();
  }
}

function sandboxOf({ pid, accountId, endpoint }: SandboxStatus, home: SandboxHome, started: boolean): Sandbox {
  return {
    pid,
    accountId,
    endpoint,
    started,
    enterNetwork: () => enterNetwork(endpoint, home.databaseSockets),
    async env({ workFolder, types, blocks }) {
      const answer = await askSandbox(home.controlSocket, 'open-folder', { workFolder, types, blocks });
      if (!answer) throw new SandboxError(`the sandbox's process ${pid} has ended. Run the same command again.`);
      return {
        ...reattachEnvironment(answer.socket, pid),
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: 'sandbox',
        AWS_SECRET_ACCESS_KEY: 'sandbox',
      };
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
}
