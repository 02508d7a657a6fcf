import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultBook } from '../faults/fault-book';
import type { RunningServices } from '../runtime/running-services';
import { serveAccount } from '../runtime/serve-account';
import * as awsServices from '../services';
import { authorizeIn } from '../services/iam/authorize';
import { TerraformClient } from './terraform-client';

export interface TestSandboxOptions {
  /** @default a new one */
  readonly home?: string;
  /** @default 30 s */
  readonly promotionMs?: number;
}

/** For specs: an account with Terraform's calls on one side and the unmodified SDK on the other, and a clock to set. */
export class TestSandbox {
  nowMs = 1_780_000_000_000;
  address = '';
  services!: RunningServices;
  /** Defects of the sandbox itself, in the order that they occurred. */
  readonly defects: string[] = [];

  private constructor(
    readonly terraform: TerraformClient,
    readonly faults: FaultBook,
    private readonly parts: { close(): Promise<void> | void }[],
  ) {}

  static async start({ home, promotionMs }: TestSandboxOptions = {}): Promise<TestSandbox> {
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
      functionCommand: [process.execPath, runFunctionProgram()],
      promotionMs: promotionMs ?? 30_000,
      onDefect: (call, error) => sandbox.defects.push(`${call}: ${error.stack}`),
    });
    sandbox.services = services;
    sandbox.address = `http://127.0.0.1:${await aws.listen(0)}`;
    parts.push(aws, services, { close: () => terraform.close() });
    return sandbox;
  }

  /** Settings of an SDK's client. */
  client(region: string) {
    return {
      region,
      endpoint: this.address,
      maxAttempts: 1,
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    };
  }

  /** The process ends without a word, and another one finds what it left. */
  async restart(): Promise<TestSandbox> {
    await this.end();
    const next = await TestSandbox.start({ home: this.terraform.home });
    next.nowMs = this.nowMs;
    return next;
  }

  async close(): Promise<void> {
    await this.end();
    rmSync(this.terraform.home, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    for (const part of this.parts.splice(0)) await part.close();
  }
}

let built: string | undefined;

/** Program of a function's process: the package's own, or the sources' bundle, made once for each spec file. */
function runFunctionProgram(): string {
  const packed = join(__dirname, '../services/lambda/run-function.js');
  if (existsSync(packed)) return packed;
  if (built === undefined) {
    const bundle = join(tmpdir(), `dr-run-function-${process.pid}.js`);
    // The command, not the library, which the package would depend on.
    execFileSync(join(__dirname, '../../../../node_modules/.bin/esbuild'), [
      packed.replace(/js$/, 'ts'),
      ...['--bundle', '--platform=node', `--outfile=${bundle}`, '--log-level=error'],
    ]);
    process.once('exit', () => rmSync(bundle, { force: true }));
    built = bundle;
  }
  return built;
}
