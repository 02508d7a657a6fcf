import { CLIENT_TIERS, type ClientTier } from './client-tiers';
import type { DrillWrites } from './drill-writes';
import type { Acknowledged, Attempt } from './timeline';

/** Between two tries of a client, ms. */
const PERIOD_MS = 500;
/** Timeout of a client's request, ms. */
const PATIENCE_MS = 2_000;

/** One kind of client: the request that it repeats, and the results. */
export interface ClientKind {
  readonly tier: ClientTier;
  readonly attempts: Attempt[];
  /** Writes that were acknowledged; none of a client that only visits. */
  readonly acknowledged: Acknowledged[];
}

export interface ClientsOptions {
  /** Name that clients use. */
  readonly serviceName: string;
  /** Path that a service which serves answers with success. */
  readonly entryPath: string;
  /** Answer of the name servers, and for how many seconds it may be cached. */
  readonly resolve: (name: string) => Promise<{ readonly target: string; readonly ttlSeconds: number }>;
  readonly writes: DrillWrites;
  /** Monotonic, ms. */
  readonly clock: () => number;
}

/** Clients of four kinds, each trying all the time, as users do: through DNS to a region, and there as the service would. */
export class Clients {
  readonly kinds: readonly ClientKind[];
  private cached: { readonly target: string; readonly untilMs: number } | undefined;
  private stopped = false;
  private loops: Promise<void>[] = [];
  private count = 0;

  constructor(private readonly options: ClientsOptions) {
    this.kinds = CLIENT_TIERS.map((tier) => ({ tier, attempts: [], acknowledged: [] }));
  }

  start(): void {
    const { writes } = this.options;
    const does: Readonly<Record<ClientTier, (region: string, id: string, signal: AbortSignal) => Promise<void>>> = {
      entry: (_region, _id, signal) => this.visit(signal),
      'strongly consistent writes': (region, id, signal) => writes.writeStrongly(region, id, signal),
      'eventually consistent writes': (region, id, signal) => writes.writeEventually(region, id, signal),
      'SQL writes': async (region, id, signal) => void (await writes.writeSql(region, id, signal)),
    };
    this.loops = this.kinds.map((kind) => this.repeat(kind, does[kind.tier]));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  private async repeat(
    { acknowledged, attempts, tier }: ClientKind,
    attempt: (region: string, id: string, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { clock } = this.options;
    while (!this.stopped) {
      const beganAtMs = clock();
      const id = String(++this.count).padStart(6, '0');
      const region = await this.resolve()
        .then(async (balancer) => {
          await attempt(regionOf(balancer), id, AbortSignal.timeout(PATIENCE_MS));
          return regionOf(balancer);
        })
        .catch(() => null);
      attempts.push({ beganAtMs, endedAtMs: clock(), region });
      if (region !== null && tier !== 'entry') acknowledged.push({ id, atMs: clock() });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, PERIOD_MS - (clock() - beganAtMs))));
    }
  }

  /** @throws where the service does not answer with success */
  private async visit(signal: AbortSignal): Promise<void> {
    const answer = await fetch(`https://${await this.resolve()}${this.options.entryPath}`, {
      signal,
      redirect: 'manual',
    });
    if (answer.status >= 400) throw new Error(`the entry answers ${answer.status}`);
  }

  /** As a resolver does: asks the name servers, and keeps the answer for its time to live. */
  private async resolve(): Promise<string> {
    const { clock, resolve, serviceName } = this.options;
    if (this.cached !== undefined && clock() < this.cached.untilMs) return this.cached.target;
    const { target, ttlSeconds } = await resolve(serviceName);
    this.cached = { target, untilMs: clock() + ttlSeconds * 1_000 };
    return target;
  }
}

/** `dr-local-1234.us-east-1.elb.amazonaws.com` → `us-east-1` */
function regionOf(balancer: string): string {
  return balancer.split('.').at(-4) ?? '';
}
