/** A clock of one process: it runs at a rate of its own, and its wall clock may show anything. */
export interface ClockOptions {
  /** How much faster than real time it runs, parts per million. */
  readonly ratePpm: number;
  /** Difference of its wall clock to real time, ms. */
  readonly wallOffsetMs: number;
}

interface Event {
  readonly atMs: number;
  /** Events of one time happen in the order in which they were planned. */
  readonly order: number;
  /** Process that it happens in; null for what happens outside of all. */
  readonly process: Process | null;
  readonly happen: () => void;
  cancelled: boolean;
}

const MILLION = 1_000_000;
/** Real time at the begin, ms since 1970. */
const BEGIN_MS = 1_800_000_000_000;

/**
 * Time that passes from event to event. Each event happens in one process, whose promises go on until all of them wait for
 * something, before the next one happens: so a run is determined by what is planned, and by nothing else.
 */
export class VirtualTime {
  nowMs = 0;
  /** Process that something happens in just now. */
  current: Process | null = null;
  private readonly events: Event[] = [];
  private planned = 0;

  get wallMs(): number {
    return BEGIN_MS + this.nowMs;
  }

  /** @returns what cancels it */
  plan(delayMs: number, process: Process | null, happen: () => void): Event {
    const event = { atMs: this.nowMs + Math.max(0, delayMs), order: this.planned++, process, happen, cancelled: false };
    this.push(event);
    return event;
  }

  /** Lets time pass. @param until ends it early, once it holds after an event */
  async pass(ms: number, until: () => boolean = () => false): Promise<void> {
    const endMs = this.nowMs + ms;
    for (let next = this.events[0]; next !== undefined && next.atMs <= endMs; next = this.events[0]) {
      this.pop();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      if (next.cancelled || next.process?.state === 'dead') continue;
      if (next.process?.state === 'suspended') {
        next.process.postponed.push(next.happen);
        continue;
      }
      this.current = next.process;
      next.happen();
      // No promise is left that could go on: all of this process wait for an event.
      if (next.process !== null) await new Promise((done) => setImmediate(done));
      next.process?.suspendIfDue();
      this.current = null;
      if (until()) return;
    }
    this.nowMs = endMs;
  }

  /** Runs with the timers of this time, and signals that cost little, in place of the machine's. */
  async withTimers<Value>(run: () => Promise<Value>): Promise<Value> {
    const { AbortController, clearTimeout: clearReal, setTimeout: setReal } = globalThis;
    const timers = {
      setTimeout: (happen: () => void, ms = 0) => {
        const process = this.current;
        return this.plan(process === null ? ms : process.realMs(ms), process, happen);
      },
      clearTimeout: (event: Event | undefined) => {
        if (event !== undefined) event.cancelled = true;
      },
    };
    Object.assign(globalThis, timers, { AbortController: LightAbortController });
    const { stackTraceLimit } = Error;
    // Errors are made by the thousand, and nobody reads where.
    Error.stackTraceLimit = 0;
    try {
      return await run();
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      Object.assign(globalThis, { AbortController, clearTimeout: clearReal, setTimeout: setReal });
    }
  }

  private push(event: Event): void {
    const { events } = this;
    let index = events.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, events[parent] as Event)) break;
      events[index] = events[parent] as Event;
      index = parent;
    }
    events[index] = event;
  }

  private pop(): void {
    const { events } = this;
    const last = events.pop() as Event;
    if (events.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && isBefore(events[child + 1] as Event, events[child] as Event)) child += 1;
      if (!isBefore(events[child] as Event, last)) break;
      events[index] = events[child] as Event;
      index = child;
    }
    events[index] = last;
  }
}

/** The part of an `AbortController` that the code under test uses; Node's own costs more than all else that a message costs. */
class LightAbortController {
  private readonly listeners: (() => void)[] = [];
  readonly signal = {
    aborted: false,
    addEventListener: (_type: 'abort', listener: () => void) => void this.listeners.push(listener),
  };

  abort(): void {
    if (this.signal.aborted) return;
    this.signal.aborted = true;
    for (const listener of this.listeners) listener();
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

/** A process: killed, nothing of it happens any more; suspended, all of it happens when it goes on. */
export class Process {
  state: 'running' | 'suspended' | 'dead' = 'running';
  readonly postponed: (() => void)[] = [];
  wasSuspended = false;
  /** How long it stands still once what happens just now is over, ms; 0 for not at all. */
  suspendAfterwardsMs = 0;
  private readonly startedAtMs: number;

  constructor(
    private readonly time: VirtualTime,
    readonly name: string,
    private readonly clock: ClockOptions,
  ) {
    this.startedAtMs = time.nowMs;
  }

  /** Begins at some other number in every process: what two of them show is never comparable. */
  monotonicMs(): number {
    return 1_000 + ((this.time.nowMs - this.startedAtMs) * (MILLION + this.clock.ratePpm)) / MILLION;
  }

  wallClockMs(): number {
    return Math.round(this.time.wallMs + this.clock.wallOffsetMs);
  }

  /** Real time in which this process's clock counts `ms`. */
  realMs(ms: number): number {
    return (ms * MILLION) / (MILLION + this.clock.ratePpm);
  }

  /** Begins the process. */
  start(run: () => Promise<unknown>): void {
    this.time.plan(0, this, () => void run().catch(() => undefined));
  }

  kill(): void {
    this.state = 'dead';
  }

  /** Stands still for a time, whatever timers and answers come meanwhile. */
  suspend(ms: number): void {
    if (this.state !== 'running') return;
    this.state = 'suspended';
    this.wasSuspended = true;
    this.time.plan(ms, null, () => {
      if (this.state === 'suspended') this.resume();
    });
  }

  suspendIfDue(): void {
    if (this.suspendAfterwardsMs > 0) this.suspend(this.suspendAfterwardsMs);
    this.suspendAfterwardsMs = 0;
  }

  /** Runs what came meanwhile in the order in which it came, each as an event of its own. */
  private resume(): void {
    this.state = 'running';
    for (const happen of this.postponed.splice(0)) this.time.plan(0, this, happen);
  }
}
