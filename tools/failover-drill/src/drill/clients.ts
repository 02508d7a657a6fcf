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
  readonly writes: Pick<DrillWrites, 'keyOf' | 'writeEventually' | 'writeSql' | 'writeStrongly'>;
  /** Whether tasks run behind the entry, which take orders. */
  readonly sendOrders: boolean;
  /** Monotonic, ms. */
  readonly clock: () => number;
}

/**
 * Clients of each kind, which try all the time, as users do: through DNS to a region, and there as the service would. Orders
 * go through the entry to the database.
 */
export class Clients {
  readonly kinds: readonly ClientKind[];
  /** Tries of a client that asks the entry and keeps its first DNS answer for ever. It is no kind: no objective is its. */
  readonly keepingAnswer: Attempt[] = [];
  private keptAnswer: string | undefined;
  private cached: { readonly target: string; readonly untilMs: number } | undefined;
  private stopped = false;
  private loops: Promise<void>[] = [];
  private count = 0;

  constructor(private readonly options: ClientsOptions) {
    const tiers = CLIENT_TIERS.filter((tier) => tier !== 'orders' || options.sendOrders);
    this.kinds = tiers.map((tier) => ({ tier, attempts: [], acknowledged: [] }));
  }

  start(): void {
    const { writes } = this.options;
    const does: Readonly<Record<ClientTier, Attempted>> = {
      entry: (balancer, _id, signal) => this.visit(balancer, signal),
      'strongly consistent writes': (balancer, id, signal) => writes.writeStrongly(regionOf(balancer), id, signal),
      'eventually consistent writes': (balancer, id, signal) => writes.writeEventually(regionOf(balancer), id, signal),
      'SQL writes': async (balancer, id, signal) => void (await writes.writeSql(regionOf(balancer), id, signal)),
      orders: (balancer, id, signal) => this.order(balancer, id, signal),
    };
    this.loops = this.kinds.map((kind) => this.repeat(kind, does[kind.tier], () => this.resolve()));
  }

  /** Starts the client that keeps its answer: the one that the name has now. */
  startKeepingAnswer(): void {
    const kind: ClientKind = { tier: 'entry', attempts: this.keepingAnswer, acknowledged: [] };
    const visit: Attempted = (balancer, _id, signal) => this.visit(balancer, signal);
    this.loops.push(this.repeat(kind, visit, () => this.resolveOnce()));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  private async repeat(
    { acknowledged, attempts, tier }: ClientKind,
    attempt: Attempted,
    findBalancer: () => Promise<string>,
  ): Promise<void> {
    const { clock } = this.options;
    while (!this.stopped) {
      const beganAtMs = clock();
      const id = String(++this.count).padStart(6, '0');
      const region = await findBalancer()
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
    const answer = await fetch(`https://${balancer}${this.options.entryPath}`, { signal, redirect: 'manual' });
    await answer.arrayBuffer();
    if (answer.status >= 400) throw new Error(`the entry answers ${answer.status}`);
  }

  /** @throws where the service does not acknowledge it */
  private async order(balancer: string, id: string, signal: AbortSignal): Promise<void> {
    const answer = await fetch(`https://${balancer}/trades/${this.options.writes.keyOf(id)}`, {
      method: 'PUT',
      body: JSON.stringify({ order: id }),
      signal,
      redirect: 'manual',
    });
    await answer.arrayBuffer();
    if (answer.status !== 200 && answer.status !== 201) throw new Error(`the service answers ${answer.status}`);
  }

  /** As a program does that caches names itself: the first answer, until it is started anew. */
  private async resolveOnce(): Promise<string> {
    this.keptAnswer ??= await this.resolve();
    return this.keptAnswer;
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

/** One request of a client, to the load balancer that its name led to. */
type Attempted = (balancer: string, id: string, signal: AbortSignal) => Promise<void>;

/** `dr-local-1234.us-east-1.elb.amazonaws.com` → `us-east-1` */
function regionOf(balancer: string): string {
  return balancer.split('.').at(-4) ?? '';
}
