import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ReplicationLink } from '../../../model/replication';

/** Time between two looks at the link: what is due is at most so much later. */
const TICK_MS = 10;
/** Type of the message after which a primary sends its log: CopyBothResponse [PostgreSQL manual, message formats]. */
const COPY_BOTH = 'W'.charCodeAt(0);

export interface ReplicationWireOptions {
  readonly link: ReplicationLink;
  /** Region of the primary, and of its standby. */
  readonly from: string;
  readonly to: string;
  /** Of the primary, on 127.0.0.1, when it is connected to. */
  readonly port: () => number;
}

/**
 * The way from a primary to its standby in another region: a connection through it delivers as late as the link says, and
 * breaks with the link. What is on the wire then has not arrived, and is lost with a promotion.
 */
export class ReplicationWire {
  private constructor(
    private readonly server: Server,
    /** Where the standby connects to, on 127.0.0.1. */
    readonly port: number,
    private readonly crossings: ReadonlySet<Crossing>,
  ) {}

  static open(options: ReplicationWireOptions): Promise<ReplicationWire> {
    return new Promise((resolve, reject) => {
      const server = createServer((standby) => {
        new Crossing(standby, options, crossings);
      });
      const crossings = new Set<Crossing>();
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(new ReplicationWire(server, typeof address === 'object' ? (address?.port ?? 0) : 0, crossings));
      });
      server.unref();
    });
  }

  close(): void {
    this.server.close();
    for (const crossing of this.crossings) crossing.cut();
  }
}

class Crossing {
  private readonly primary: Socket;
  private readonly underWay: { readonly sentAtMs: number; readonly chunk: Buffer }[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly watcher = new StreamWatcher();

  constructor(
    private readonly standby: Socket,
    private readonly options: ReplicationWireOptions,
    private readonly all: Set<Crossing>,
  ) {
    all.add(this);
    this.primary = connect({ host: '127.0.0.1', port: options.port() });
    this.timer = setInterval(() => this.deliver(), TICK_MS).unref();
    for (const side of [this.primary, standby]) {
      side.setNoDelay(true);
      side.on('error', () => this.cut());
      side.on('close', () => this.cut());
    }
    if (this.isBroken) {
      this.cut();
      return;
    }
    standby.on('data', (chunk) => (this.isBroken ? this.cut() : this.primary.write(chunk)));
    this.primary.on('data', (chunk) => {
      // A log-in is no replication: only what follows it is late.
      const isLate = this.watcher.streams(chunk);
      if (!isLate && !this.isBroken) return void standby.write(chunk);
      this.underWay.push({ sentAtMs: performance.now(), chunk });
      this.deliver();
    });
  }

  cut(): void {
    clearInterval(this.timer);
    this.underWay.length = 0;
    this.primary.destroy();
    this.standby.destroy();
    this.all.delete(this);
  }

  private get isBroken(): boolean {
    const { from, link, to } = this.options;
    return link.cutSince(from, to) !== undefined;
  }

  private deliver(): void {
    if (this.isBroken) return this.cut();
    const untilMs = performance.now() - this.options.link.lagMs;
    for (let next = this.underWay[0]; next !== undefined && next.sentAtMs <= untilMs; next = this.underWay[0]) {
      this.standby.write(next.chunk);
      this.underWay.shift();
    }
  }
}

/** Reads the primary's messages, a type and a length each, until it begins to send its log. */
class StreamWatcher {
  private hasBegun = false;
  private rest: Buffer = Buffer.alloc(0);

  /** Whether the chunk is of the log, or has its beginning in it. */
  streams(chunk: Buffer): boolean {
    if (this.hasBegun) return true;
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= 5) {
      if (this.rest[0] === COPY_BOTH) return (this.hasBegun = true);
      const length = 1 + this.rest.readUInt32BE(1);
      if (this.rest.length < length) break;
      this.rest = this.rest.subarray(length);
    }
    return false;
  }
}
