import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startDetached } from '@dr/detached-process';
import { lockHolder } from '../account/account-lock';
import type { Fault } from '../faults/fault';
import { enterNetwork } from '../network/region-network';
import type { SentMessage } from '../services/sns/topics';
import type { DnsAnswer } from '../services/route53/resolve-name';
import { reattachEnvironment } from '../wire/reattach-environment';
import type { ControlApi, ControlRequest, SandboxStatus } from './control-api';
import { askSandbox } from './control-client';
import { SandboxError } from './errors';
import { SandboxHome } from './sandbox-home';
import { stopSandbox } from './stop-sandbox';
import type { ProviderUse } from './terraform-sockets';

const START_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 20;

/** Folder that Terraform runs in, and the parts of the provider that it uses: the fewer, the faster each run. */
export interface TerraformFolder extends Partial<ProviderUse> {
  /** @default the current folder */
  readonly workFolder?: string;
}

/** A running account. Every method rejects with SandboxError where its process has ended. */
export interface Sandbox {
  /** Absolute path of the account's folder. */
  readonly home: string;
  readonly pid: number;
  /** Twelve digits. */
  readonly accountId: string;
  /** `http://127.0.0.1:4577`, for every service and region. */
  readonly endpoint: string;
  /** Folder of the Terraform states that the account keeps. */
  readonly statesFolder: string;
  /** True where this call started it. */
  readonly started: boolean;
  status(): Promise<SandboxStatus>;
  /** Environment variables that point Terraform in a folder, and SDKs, at the account. */
  env(folder?: TerraformFolder): Promise<Readonly<Record<string, string>>>;
  /** Adds faults to those that are set. They last until they are cleared, and outlive the process. */
  setFaults(...faults: readonly Fault[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** Sets these faults, and ends all others. */
  replaceFaults(...faults: readonly Fault[]): Promise<void>;
  faults(): Promise<readonly Fault[]>;
  /**
   * Lets schedules, health checks and alarms run, or stops them.
   *
   * @returns whether they ran before
   */
  setAutomation(on: boolean): Promise<boolean>;
  /** Asks Route 53's name servers; undefined for a name that is in no hosted zone. */
  resolve(name: string): Promise<DnsAnswer | undefined>;
  /**
   * Puts a folder into the account as an image: tasks of it are processes from then on.
   *
   * @param image `<repository_url>:<tag>`. @param entry file in the folder that node is started with. @default main.js
   * @returns the regions that have it, by the registry's replication
   */
  pushImage(image: string, folder: string, entry?: string): Promise<readonly string[]>;
  /** Messages of all topics, the oldest first: what people would have been told. */
  messages(): Promise<readonly SentMessage[]>;
  /** Lets this process reach the account's names, such as function URLs, by `fetch`. */
  enterNetwork(): void;
  /** Ends the process; the account's folder stays. */
  stop(): Promise<void>;
}

/** Settings of an account's process. What is left out is read from the variables that the README lists. */
export interface SandboxOptions {
  /** Folder of the account. @default DR_SANDBOX_HOME, else `.sandbox` in the current folder */
  readonly home?: string;
  /** Port of the AWS endpoint on 127.0.0.1, 0 for any free one. @default DR_SANDBOX_PORT, else 4577 or a free one */
  readonly port?: number;
  /** Number of the account, twelve digits. @default DR_SANDBOX_ACCOUNT, else 000000000000 */
  readonly accountId?: string;
  /** Whether schedules, health checks and alarms run from the start. @default DR_SANDBOX_AUTOMATION, else false */
  readonly automation?: boolean;
  /** Duration of a global database's failover or switchover, seconds. @default DR_SANDBOX_PROMOTION_SECONDS, else 30 */
  readonly promotionSeconds?: number;
  /** The account's program. @default `main.js` of this package */
  readonly program?: string;
}

/**
 * Starts the account in a folder, to outlive this process; where one runs already, connects to it as it is. Callers at
 * the same time get the same one.
 *
 * @throws SandboxError with the process's own words where it ends before it is ready, or is not ready within 30 s
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const home = new SandboxHome(homeFolder(options.home));
  const running = await askSandbox(home.controlSocket, 'status', undefined);
  if (running) return sandboxOf(running, home, false);

  home.create();
  const child = await startDetached({
    command: process.execPath,
    args: [options.program ?? join(__dirname, 'main.js'), 'serve', '--home', home.folder],
    folder: home.folder,
    environment: { ...process.env, ...variablesOf(options) },
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
    throw SandboxError.notStarted(home.folder, `not ready within 30 s. Its log: ${home.logFile}`);
  } finally {
    child.unwatch();
  }
}

/**
 * Connects to the account that runs in a folder.
 *
 * @param folder the account's. @default DR_SANDBOX_HOME, else `.sandbox` in the current folder
 * @throws SandboxError where none runs
 */
export async function connectSandbox(folder?: string): Promise<Sandbox> {
  const home = new SandboxHome(homeFolder(folder));
  const status = await askSandbox(home.controlSocket, 'status', undefined);
  if (status === undefined) throw SandboxError.notRunning(home.folder);
  return sandboxOf(status, home, false);
}

/** Folder of an account by its option, else by the environment. */
export function homeFolder(option: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  return option ?? environment['DR_SANDBOX_HOME'] ?? '.sandbox';
}

function variablesOf({ accountId, automation, port, promotionSeconds }: SandboxOptions): NodeJS.ProcessEnv {
  return {
    ...(port === undefined ? {} : { DR_SANDBOX_PORT: String(port) }),
    ...(accountId === undefined ? {} : { DR_SANDBOX_ACCOUNT: accountId }),
    ...(automation === undefined ? {} : { DR_SANDBOX_AUTOMATION: automation ? 'on' : 'off' }),
    ...(promotionSeconds === undefined ? {} : { DR_SANDBOX_PROMOTION_SECONDS: String(promotionSeconds) }),
  };
}

function sandboxOf({ accountId, endpoint, pid }: SandboxStatus, home: SandboxHome, started: boolean): Sandbox {
  const ask = async <R extends ControlRequest>(name: R, argument: ControlApi[R]['request']) => {
    const answer = await askSandbox(home.controlSocket, name, argument);
    if (answer === undefined) throw SandboxError.notRunning(home.folder);
    return answer;
  };
  return {
    home: home.folder,
    pid,
    accountId,
    endpoint,
    statesFolder: home.states,
    started,
    status: () => ask('status', undefined),
    async env({ workFolder = '.', types = 'all', blocks = 'all' } = {}) {
      const { socket } = await ask('open-folder', { workFolder: resolve(workFolder), types, blocks });
      return {
        ...reattachEnvironment(socket, pid),
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: 'sandbox',
        AWS_SECRET_ACCESS_KEY: 'sandbox',
      };
    },
    setFaults: async (...set) => void (await ask('faults', { set })),
    clearFaults: async () => void (await ask('faults', { set: [], clear: true })),
    replaceFaults: async (...set) => void (await ask('faults', { set, clear: true })),
    faults: async () => (await ask('faults', { set: [] })).faults,
    setAutomation: async (on) => (await ask('automation', { on })).before,
    resolve: async (name) => (await ask('resolve', { name })).found,
    pushImage: async (image, folder, entry = 'main.js') =>
      (await ask('push-image', { image, folder: resolve(folder), entry })).regions,
    messages: async () => (await ask('messages', undefined)).messages,
    enterNetwork: () => enterNetwork(endpoint, home.databaseSockets),
    stop: async () => void (await stopSandbox(home.folder)),
  };
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, POLL_INTERVAL_MS));
}
