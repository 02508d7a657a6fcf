import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { FaultBook } from '../faults/fault-book';
import type { PostgresBinaries } from '../runtime/aws-service';
import type { RunningServices } from '../runtime/running-services';
import { serveAccount } from '../runtime/serve-account';
import * as awsServices from '../services';
import { authorizeIn } from '../services/iam/authorize';
import type { DatabaseServers } from '../services/rds/database-servers';
import { databaseServers } from '../services/rds/service';
import { findPostgres } from '../services/rds/postgres/binaries';
import { TerraformClient } from './terraform-client';

export interface TestSandboxOptions {
  /** @default a new one */
  readonly home?: string;
  /** @default 30 s */
  readonly promotionMs?: number;
  /** @default the installed PostgreSQL */
  readonly postgres?: () => PostgresBinaries;
}

/** For specs: an account with Terraform's calls on one side and the unmodified SDK on the other, and a clock to set. */
export class TestSandbox {
  nowMs = 1_780_000_000_000;
  address = '';
  services!: RunningServices;
  /** Defects of the sandbox itself, in the order that they occurred. */
  readonly defects: string[] = [];
  /** Reports to a person, in the order that they were made. */
  readonly reports: string[] = [];

  private constructor(
    readonly terraform: TerraformClient,
    readonly faults: FaultBook,
    private readonly parts: { close(): Promise<void> | void }[],
  ) {}

  static async start({ home, postgres, promotionMs }: TestSandboxOptions = {}): Promise<TestSandbox> {
    const terraform = new TerraformClient(home === undefined ? {} : { home });
    const faults = new FaultBook(join(terraform.home, 'faults.json'));
    const parts: { close(): Promise<void> | void }[] = [];
    const sandbox = new TestSandbox(terraform, faults, parts);
    const { account, provider } = terraform;
    const { aws, services } = serveAccount(Object.values(awsServices), {
      account,
      faults,
      lifecycle: provider.lifecycle,
      authorize: authorizeIn(account),
      nowMs: () => sandbox.nowMs,
      home: terraform.home,
      network: join(terraform.home, 'net'),
      address: () => sandbox.address,
      functionCommand: [process.execPath, programOf('services/lambda/run-function')],
      taskCommand: [process.execPath, programOf('services/ecs/tasks/run-task')],
      promotionMs: promotionMs ?? 30_000,
      postgres: postgres ?? findPostgres,
      fsync: false,
      report: (text) => sandbox.reports.push(text),
      onDefect: (call, error) => sandbox.defects.push(`${call}: ${error.stack}`),
    });
    sandbox.services = services;
    sandbox.address = `http://127.0.0.1:${await aws.listen(0)}`;
    parts.push(aws, services, { close: () => terraform.close() });
    return sandbox;
  }

  /** Servers of the account's databases. */
  get databases(): DatabaseServers {
    return this.services.of(databaseServers);
  }

  /** Settings of an SDK's client. */
  client(region: string) {
    return clientSettings(this.address, region);
  }

  /** The process ends without a word, and another one finds what it left. */
  async restart(): Promise<TestSandbox> {
    await this.end();
    const next = await TestSandbox.start({ home: this.terraform.home });
    next.nowMs = this.nowMs;
    return next;
  }

  /** Ends as a process does, and leaves the account where it is. */
  async leave(): Promise<void> {
    await this.end();
  }

  async close(): Promise<void> {
    await this.end();
    rmSync(this.terraform.home, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    for (const part of this.parts.splice(0)) await part.close();
  }
}

/** Settings of an SDK's client of the account at an address. */
export function clientSettings(address: string, region: string) {
  return {
    region,
    endpoint: address,
    maxAttempts: 1,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
}

const built = new Map<string, string>();

/** Program of a function's or a task's process: the package's own, or the sources' bundle, made once for each spec file. */
function programOf(entry: string): string {
  const packed = join(__dirname, `../${entry}.js`);
  if (existsSync(packed)) return packed;
  const present = built.get(entry);
  if (present !== undefined) return present;
  const bundle = join(tmpdir(), `dr-${basename(entry)}-${process.pid}.js`);
  // The command, not the library, which the package would depend on.
  execFileSync(join(__dirname, '../../../../node_modules/.bin/esbuild'), [
    packed.replace(/js$/, 'ts'),
    ...['--bundle', '--platform=node', `--outfile=${bundle}`, '--log-level=error'],
  ]);
  process.once('exit', () => rmSync(bundle, { force: true }));
  built.set(entry, bundle);
  return bundle;
}
