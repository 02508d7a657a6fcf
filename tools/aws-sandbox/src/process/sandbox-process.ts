import { Account } from '../account/account';
import { FaultBook } from '../faults/fault-book';
import { ServiceCatalog } from '../model/catalog';
import { ResourceLifecycle } from '../provider/resource-lifecycle';
import { Automation } from '../runtime/automation';
import type { ServiceOptions } from '../runtime/aws-service';
import { serveAccount } from '../runtime/serve-account';
import { installedSchemas } from '../schema/installed-schemas';
import * as awsServices from '../services';
import { authorizeIn } from '../services/iam/authorize';
import { findPostgres } from '../services/rds/postgres/binaries';
import { controlAnswers } from './control-answers';
import type { SandboxStatus } from './control-api';
import { ControlServer } from './control-server';
import { SandboxError } from './errors';
import { listenOnPort } from './listen-on-port';
import type { SandboxHome } from './sandbox-home';
import { TerraformSockets } from './terraform-sockets';

const SETTLE_PERIOD_MS = 250;

export interface SandboxProcessOptions extends Pick<
  ServiceOptions,
  'fsync' | 'functionCommand' | 'taskCommand' | 'promotionMs'
> {
  readonly home: SandboxHome;
  /** 0: any free one. Undefined: the usual one, or any free one where that is taken, by another clone's account. */
  readonly port: number | undefined;
  /** Twelve digits. */
  readonly accountId: string;
  /** Whether schedules and health checks run from the start. */
  readonly automated: boolean;
  /** Called with each defect of the sandbox itself, and with what a person should know of it, as text. */
  readonly onDefect: (text: string) => void;
  /** Called when a client requests a stop; the starter of the process then closes it. */
  readonly onStopRequested: () => void;
}

interface Closable {
  close(): Promise<void> | void;
}

/** The account with everything that reaches it: Terraform's sockets, the AWS endpoint, the control socket. */
export class SandboxProcess {
  private constructor(
    private readonly home: SandboxHome,
    private readonly parts: readonly Closable[],
    private readonly describe: () => SandboxStatus,
  ) {}

  /** @throws SandboxError, SocketInUseError or AccountUnusableError with everything that a user needs to know */
  static async start({
    home,
    port,
    accountId,
    promotionMs,
    fsync,
    functionCommand,
    taskCommand,
    automated,
    onDefect,
    onStopRequested,
  }: SandboxProcessOptions): Promise<SandboxProcess> {
    // Applies to files that others write too: sockets, derived schemas, files that functions leave behind.
    process.umask(0o077);
    const startedAt = new Date().toISOString();
    const catalog = new ServiceCatalog(Object.values(awsServices));
    const account = Account.open({ home: home.folder, accountId });
    const parts: Closable[] = [account];
    try {
      home.create();
      const faults = openFaults(home.faultFile);
      const schemas = installedSchemas(home.schemaCache);
      let endpoint = '';
      const { aws, services } = serveAccount(Object.values(awsServices), {
        account,
        faults,
        lifecycle: new ResourceLifecycle(account, schemas, catalog),
        authorize: authorizeIn(account),
        nowMs: () => Date.now(),
        home: home.folder,
        network: home.databaseSockets,
        address: () => endpoint,
        functionCommand,
        taskCommand,
        promotionMs,
        postgres: findPostgres,
        fsync,
        report: onDefect,
        onDefect: (call, error) => onDefect(`${call} failed: ${error.stack ?? error.message}`),
      });
      parts.push(services);
      const automation = new Automation(services.ticking);
      parts.push(automation);
      // Terraform and readers of the folder see the end of a promotion even without a call.
      const clock = setInterval(() => services.settle(), SETTLE_PERIOD_MS).unref();
      parts.push({ close: () => clearInterval(clock) });
      endpoint = `http://127.0.0.1:${await listenOnPort(aws, port)}`;
      parts.push(aws);
      automation.turn(automated);

      const terraform = new TerraformSockets({
        home,
        account,
        schemas,
        catalog,
        isDark: (region) => faults.isDark(region),
        onDefect: (method, error) => onDefect(`${method} failed: ${error.stack ?? error.message}`),
      });
      parts.push(terraform);

      const status = (): SandboxStatus => ({
        pid: process.pid,
        home: home.folder,
        automated: automation.isOn,
        accountId,
        endpoint,
        startedAt,
        memoryMb: Math.round(process.memoryUsage().rss / 1024 / 1024),
        terraformLoad: terraform.load,
        resources: account.size,
        byType: account.inventory(),
      });
      const control = new ControlServer(
        controlAnswers({ account, automation, faults, services, status, terraform, onStopRequested }),
      );
      await control.listen(home.controlSocket);
      parts.push(control);
      home.writeIdentity({ pid: process.pid, accountId, endpoint, startedAt });
      return new SandboxProcess(home, parts, status);
    } catch (error) {
      await closeAll(parts);
      throw error;
    }
  }

  get status(): SandboxStatus {
    return this.describe();
  }

  /** Everything acknowledged is on disk already: nothing has to be saved. */
  async close(): Promise<void> {
    this.home.forgetIdentity();
    await closeAll(this.parts);
  }
}

/** The account last: its lock says that another process may begin. */
async function closeAll(parts: readonly Closable[]): Promise<void> {
  for (const part of [...parts].reverse()) await part.close();
}

function openFaults(file: string): FaultBook {
  try {
    return new FaultBook(file);
  } catch (error) {
    throw new SandboxError((error as Error).message);
  }
}
