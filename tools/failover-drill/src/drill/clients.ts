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

/** One try, at the load balancer that DNS led to. */
type Act = (balancer: string, id: string, signal: AbortSignal) => Promise<void>;

/** Clients of four kinds, each trying all the time, as users do: through DNS to a region, and there as the service would. */
export class Clients {
  readonly kinds: readonly ClientKind[];
  /** Visitor who keeps the first answer of DNS for ever, as some runtimes and proxies do: no failover reaches it. */
  readonly keeper: ClientKind = { tier: 'entry', attempts: [], acknowledged: [] };
  private cached: { readonly target: string; readonly untilMs: number } | undefined;
  private stopped = false;
  private loops: Promise<void>[] = [];
  private count = 0;

  constructor(private readonly options: ClientsOptions) {
    this.kinds = CLIENT_TIERS.map((tier) => ({ tier, attempts: [], acknowledged: [] }));
  }

  start(): void {
    const { writes } = this.options;
    const writeIn =
      (write: (region: string, id: string, signal: AbortSignal) => Promise<unknown>): Act =>
      async (balancer, id, signal) =>
        void (await write(regionOf(balancer), id, signal));
    const does: Readonly<Record<ClientTier, Act>> = {
      entry: (balancer, _id, signal) => this.visit(balancer, signal),
      'strongly consistent writes': writeIn((...write) => writes.writeStrongly(...write)),
      'eventually consistent writes': writeIn((...write) => writes.writeEventually(...write)),
      'SQL writes': writeIn((...write) => writes.writeSql(...write)),
    };
    let kept: string | undefined;
    this.loops = [
      ...this.kinds.map((kind) => this.repeat(kind, does[kind.tier], () => this.resolve())),
      this.repeat(this.keeper, does.entry, async () => (kept ??= await this.resolve())),
    ];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  private async repeat(
    { acknowledged, attempts, tier }: ClientKind,
    attempt: Act,
    resolve: () => Promise<string>,
  ): Promise<void> {
    const { clock } = this.options;
    while (!this.stopped) {
      const beganAtMs = clock();
      const id = String(++this.count).padStart(6, '0');
      const region = await resolve()
        .then(async (balancer) => {
          await attempt(balancer, id, AbortSignal.timeout(PATIENCE_MS));
          return regionOf(balancer);
        })
        .catch(() => null);
      attempts.push({ beganAtMs, endedAtMs: clock(), region });
      if (region !== null && tier !== 'entry') acknowledged.push({ id, atMs: clock() });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, PERIOD_MS - (clock() - beganAtMs))));
    }
  }

  /** @throws where the service does not answer with success */
  private async visit(balancer: string, signal: AbortSignal): Promise<void> {
    const answer = await fetch(`https://${balancer}${this.options.entryPath}`, {
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
