import type { Random } from './random';
import type { Process, VirtualTime } from './virtual-time';

export const PREFERRED = 'us-east-1';
export const OTHER = 'us-west-2';
export const WITNESS = 'us-east-2';
export const SERVING_REGIONS = [PREFERRED, OTHER] as const;
export const REGIONS = [PREFERRED, OTHER, WITNESS] as const;

export type Region = (typeof REGIONS)[number];
export type ServingRegion = (typeof SERVING_REGIONS)[number];
/** Where a process is: in a region, or anywhere on the internet, as clients, checkers and operators are. */
export type Place = Region | 'internet';

/** Part of a region that can be broken while the rest of it is whole. */
export const PARTS = [
  'table path',
  'way to the other table',
  'table latency of controllers',
  'health function',
  'schedule',
  'writer',
  'reader',
  'entry',
  'way to the other entry',
  'way out',
  'probes',
  'checker listener',
  'public URL',
  'metrics',
  'notices',
  'canary',
] as const;
export type Part = (typeof PARTS)[number];

/** Parts by which a region is watched: while they alone are broken, it serves. */
const WATCHED_BY: readonly Part[] = ['probes', 'checker listener'];
/** Broken by a flood of public traffic, which is no fault: nothing of the platform needs it. */
const PUBLIC: Part = 'public URL';

export type Service = 'table' | 'database' | 'health function' | 'entry' | 'metrics' | 'sql' | 'notices' | 'canary';

/** Outcome of the next message of one kind. */
export const MISHAPS = [
  'request is lost',
  'answer is lost',
  'request is late',
  'request is very late',
  'answer is late',
  'request is repeated',
] as const;
export type Mishap = (typeof MISHAPS)[number];

type Reply<Value> = (outcome: { readonly value: Value } | { readonly error: Error }) => void;

/** Longer than any caller waits for an observation, and shorter than a call may be in flight. */
const LATE_MS = 1_400;
const VERY_LATE_MS = 4_900;
const SLOW_MS = 2_500;

/** Regions, the ways between them and from the internet, and the messages on these ways. */
export class Network {
  readonly dark = new Set<Region>();
  readonly slow = new Set<Region>();
  private readonly broken = new Map<`${Region} ${Part}`, number>();
  private readonly repairedAtMs = new Map<`${Region} ${Part}`, number>();
  /** When the last fault was there, ms; a message that comes to grief is none. */
  private faultyAtMs = -Infinity;
  /** When the last fault was there besides those of what regions are watched by, ms. */
  private unfitAtMs = -Infinity;
  private readonly cut = new Set<string>();
  private readonly mishaps: { readonly who: string; readonly service: Service; readonly mishap: Mishap }[] = [];
  private readonly pauses: { readonly who: string; readonly service: Service; readonly ms: number }[] = [];

  constructor(
    private readonly time: VirtualTime,
    private readonly random: Random,
  ) {}

  isBroken(region: Region, part: Part): boolean {
    return this.broken.has(`${region} ${part}`);
  }

  brokenSinceMs(region: Region, part: Part): number | undefined {
    return this.broken.get(`${region} ${part}`);
  }

  /** Whether a part is broken, or was within so many ms. */
  wasBrokenWithin(region: Region, part: Part, ms: number): boolean {
    return (
      this.isBroken(region, part) || this.time.nowMs - (this.repairedAtMs.get(`${region} ${part}`) ?? -Infinity) <= ms
    );
  }

  setBroken(region: Region, part: Part, isBroken: boolean): void {
    if (!isBroken && this.broken.delete(`${region} ${part}`)) {
      this.repairedAtMs.set(`${region} ${part}`, this.time.nowMs);
    }
    if (isBroken && !this.isBroken(region, part)) this.broken.set(`${region} ${part}`, this.time.nowMs);
  }

  setCut(one: Region, other: Region, isCut: boolean): void {
    for (const way of [`${one} ${other}`, `${other} ${one}`]) {
      if (isCut) this.cut.add(way);
      else this.cut.delete(way);
    }
  }

  reaches(from: Place, to: Region): boolean {
    if (this.dark.has(to)) return false;
    if (from === 'internet' || from === to) return from === 'internet' || !this.dark.has(from);
    return !this.dark.has(from) && !this.cut.has(`${from} ${to}`) && !this.isBroken(from, 'way out');
  }

  /** Whether a replica, or a cluster, of one region is in touch with that of another: AWS's own network, not ours. */
  replicates(from: Region, to: Region): boolean {
    return !this.dark.has(from) && !this.dark.has(to) && !this.cut.has(`${from} ${to}`);
  }

  /** The next message of a process to a service comes to grief. @param who begin of its name */
  spoil(who: string, service: Service, mishap: Mishap): void {
    this.mishaps.push({ who, service, mishap });
  }

  /** The process that next receives an answer of a service is suspended as it does. @param who begin of its name */
  pauseAfter(who: string, service: Service, ms: number): void {
    this.pauses.push({ who, service, ms });
  }

  /** Whether nothing was wrong anywhere for a time. */
  isWholeFor(ms: number): boolean {
    return this.isWhole() && this.time.nowMs - this.faultyAtMs >= ms;
  }

  /** Whether nothing is wrong, but that two regions may be cut off from each other. */
  isWholeBut(one: Region, other: Region): boolean {
    const ways = [`${one} ${other}`, `${other} ${one}`];
    return (
      [this.dark, this.slow, this.faultyParts()].every(({ size }) => size === 0) &&
      [...this.cut].every((way) => ways.includes(way))
    );
  }

  /** Whether nothing was wrong anywhere for a time, but for what regions are watched by. */
  isFitFor(ms: number): boolean {
    return this.isFit() && this.time.nowMs - this.unfitAtMs >= ms;
  }

  private isWhole(): boolean {
    return [this.dark, this.slow, this.faultyParts(), this.cut].every(({ size }) => size === 0);
  }

  private faultyParts(): ReadonlySet<string> {
    return new Set([...this.broken.keys()].filter((key) => !key.endsWith(` ${PUBLIC}`)));
  }

  private isFit(): boolean {
    const isPartBroken = [...this.faultyParts()].some((key) => !WATCHED_BY.some((part) => key.endsWith(` ${part}`)));
    return !isPartBroken && [this.dark, this.slow, this.cut].every(({ size }) => size === 0);
  }

  /** Called every second. */
  noteFaults(): void {
    if (!this.isWholeFor(0)) this.faultyAtMs = this.time.nowMs;
    if (!this.isFit()) this.unfitAtMs = this.time.nowMs;
  }

  clear(): void {
    this.noteFaults();
    for (const part of this.broken.keys()) this.repairedAtMs.set(part, this.time.nowMs);
    for (const faults of [this.dark, this.slow, this.broken, this.cut]) faults.clear();
    this.mishaps.length = 0;
    this.pauses.length = 0;
  }

  /** A request and its answer. What is unreachable is silent; an aborted request goes on its way all the same. */
  call<Value>(
    process: Process,
    from: Place,
    to: Region,
    service: Service,
    serve: (reply: Reply<Value>) => void,
    signal?: AbortSignal,
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(Object.assign(new Error('aborted'), { name: 'AbortError' })), {
        once: true,
      });
      const mishap = this.takeMishap(process, service);
      if (mishap === 'request is lost') return;
      const reply: Reply<Value> = (outcome) => {
        if (mishap === 'answer is lost' || !this.reaches(from, to)) return;
        this.time.plan(this.latencyMs(to) + (mishap === 'answer is late' ? LATE_MS : 0), process, () => {
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
          this.pause(process, service);
        });
      };
      const arrive = () => {
        if (this.reaches(from, to)) serve(reply);
      };
      const lateMs = mishap === 'request is late' ? LATE_MS : mishap === 'request is very late' ? VERY_LATE_MS : 0;
      const isController = from !== 'internet' && process.name.startsWith('controller');
      const isSlowWay = isController && service === 'table' && this.isBroken(from, 'table latency of controllers');
      const latencyMs = this.latencyMs(to) + lateMs + (isSlowWay ? LATE_MS : 0);
      this.time.plan(latencyMs, null, arrive);
      if (mishap === 'request is repeated') this.time.plan(latencyMs + LATE_MS, null, arrive);
    });
  }

  private latencyMs(to: Region): number {
    return this.random.between(1, 60) + (this.slow.has(to) ? SLOW_MS : 0);
  }

  private takeMishap(process: Process, service: Service): Mishap | undefined {
    if (this.mishaps.length === 0) return undefined;
    const index = this.mishaps.findIndex(({ service: of, who }) => of === service && process.name.startsWith(who));
    return index < 0 ? undefined : this.mishaps.splice(index, 1)[0]?.mishap;
  }

  private pause(process: Process, service: Service): void {
    if (this.pauses.length === 0) return;
    const index = this.pauses.findIndex(({ service: of, who }) => of === service && process.name.startsWith(who));
    const pause = index < 0 ? undefined : this.pauses.splice(index, 1)[0];
    // Once it has taken the answer in.
    if (pause !== undefined) process.suspendAfterwardsMs = pause.ms;
  }
}
