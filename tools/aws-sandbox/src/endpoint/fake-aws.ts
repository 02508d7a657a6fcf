import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FaultBook } from '../faults/fault-book';
import { FakeTerraform } from '../provider/fake-terraform';
import { AwsEndpoint } from './aws-endpoint';
import { createServiceEndpoints, openServiceState } from './service-endpoints';

export interface FakeAwsOptions {
  /** @default a new one */
  readonly home?: string;
  /** @default 30 s */
  readonly promotionMs?: number;
}

/** For specs: an account with Terraform's calls on one side and the unmodified SDK on the other, and a clock to set. */
export class FakeAws {
  nowMs = 1_780_000_000_000;

  private constructor(
    readonly terraform: FakeTerraform,
    readonly faults: FaultBook,
    private endpoint: AwsEndpoint | undefined,
    private address: string,
  ) {}

  static async start({ home, promotionMs }: FakeAwsOptions = {}): Promise<FakeAws> {
    const terraform = new FakeTerraform(home === undefined ? {} : { home });
    const faults = new FaultBook(join(terraform.home, 'faults.json'));
    const fake = new FakeAws(terraform, faults, undefined, '');
    const { account, provider } = terraform;
    const nowMs = () => fake.nowMs;
    const state = openServiceState({ account, link: faults, promotionMs: promotionMs ?? 30_000, nowMs });
    fake.endpoint = new AwsEndpoint({
      account,
      lifecycle: provider.lifecycle,
      services: createServiceEndpoints(state),
      gate: faults,
      identity: { home: terraform.home, pid: 1 },
      nowMs,
    });
    fake.address = `http://127.0.0.1:${await fake.endpoint.listen(0)}`;
    return fake;
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
  async restart(): Promise<FakeAws> {
    await this.endpoint?.close();
    this.terraform.close();
    const next = await FakeAws.start({ home: this.terraform.home });
    next.nowMs = this.nowMs;
    return next;
  }

  async close(): Promise<void> {
    await this.endpoint?.close();
    this.terraform.close();
    rmSync(this.terraform.home, { recursive: true, force: true });
  }
}
