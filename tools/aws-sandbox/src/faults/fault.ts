import { didYouMean } from '@dr/nearest-name';
import { isRegion, regionNames } from '../model/regions';

/** Calls that a fault applies to; a member left out matches every call. */
export interface CallFilter {
  readonly region?: string;
  /** As a signature names it: `dynamodb`. */
  readonly service?: string;
  /** `PutItem` */
  readonly operation?: string;
  /** Region that the call comes from: that of a function or a task of the account. Calls of people come from nowhere. */
  readonly from?: string;
  /** The Nth matching call from now on alone, from 1. @default every one */
  readonly nth?: number;
}

export type Fault =
  /** The region is gone: nothing in it answers, nothing passes from or to it, nothing in it runs. */
  | {
      readonly kind: 'dark';
      readonly region: string;
      /** `silent`: callers wait until they time out; `refused`: connections are refused at once. @default silent */
      readonly manner?: 'silent' | 'refused';
      /** ms since 1970. @default when it is set */
      readonly sinceMs?: number;
    }
  /** A zone's load balancers are not reached, and its tasks end; the region's other zones, databases and functions go on. */
  | { readonly kind: 'zone'; readonly zone: string; readonly manner?: 'silent' | 'refused' }
  /** The region's writers of databases take connections and answer nothing, until they fail over; readers and Aurora itself go on. */
  | {
      readonly kind: 'writer';
      readonly region: string;
      /** ms since 1970. @default when it is set */
      readonly sinceMs?: number;
    }
  /** Two regions are there, and nothing passes between them: neither what they replicate, nor calls of what runs in one to the other. */
  | {
      readonly kind: 'cut';
      readonly regions: readonly [string, string];
      /** ms since 1970. @default when it is set */
      readonly sinceMs?: number;
    }
  /** Each run of this function fails, as where its code cannot be loaded. */
  | { readonly kind: 'function'; readonly region: string; readonly name: string }
  /** The rules of EventBridge in the region start nothing by their schedules. */
  | { readonly kind: 'schedule'; readonly region: string }
  /** Metrics of the region age: none becomes known that is newer. */
  | {
      readonly kind: 'metrics';
      readonly region: string;
      /** ms since 1970. @default when it is set */
      readonly sinceMs?: number;
    }
  /** Calls are performed later. */
  | ({ readonly kind: 'slow'; readonly delayMs: number } & CallFilter)
  /** Calls are refused with this code, and nothing is done. */
  | ({ readonly kind: 'failing'; readonly code: string; readonly status: number } & CallFilter)
  /** Calls are performed and never answered. */
  | ({ readonly kind: 'lost' } & CallFilter)
  /** Replication between regions takes this long, of tables and of databases. */
  | { readonly kind: 'lag'; readonly lagMs: number }
  /** After a failover, the rebuild of the former writer's cluster takes this long from its region's return. */
  | { readonly kind: 'rebuild'; readonly rebuildMs: number };

const KINDS: readonly unknown[] = [
  'dark',
  'zone',
  'writer',
  'cut',
  'function',
  'schedule',
  'metrics',
  'slow',
  'failing',
  'lost',
  'lag',
  'rebuild',
] satisfies readonly Fault['kind'][];

/** @returns the fault with its defaults. @throws Error with the value that is wrong and what is expected */
export function checkFault(fault: Fault): Fault {
  const { kind } = (fault ?? {}) as { readonly kind?: unknown };
  if (!KINDS.includes(kind)) throw new Error(`kind is ${String(kind)}, expected ${KINDS.join(', ')}.`);
  const refuse = (what: string, got: unknown, expected: string, suggestion = ''): never => {
    throw new Error(`${what} is ${String(got)}, expected ${expected}. ${suggestion}`.trimEnd());
  };
  const duration = (what: string, ms: number) =>
    Number.isFinite(ms) && ms >= 0 && ms <= 3_600_000 ? ms : refuse(what, ms, 'ms from 0 to 3600000');
  if (fault.kind === 'lag') {
    duration('lag', fault.lagMs);
    return fault;
  }
  if (fault.kind === 'rebuild') {
    duration('rebuild', fault.rebuildMs);
    return fault;
  }
  if (fault.kind === 'zone') {
    if (!/[a-z]$/.test(fault.zone) || !isRegion(fault.zone.slice(0, -1)))
      refuse('zone', fault.zone, 'an availability zone such as us-east-1a');
    return fault;
  }
  const regionOf = (what: string, name: string | undefined) =>
    isRegion(name ?? '') || refuse(what, name, 'an AWS region', didYouMean(name ?? '', regionNames()));
  if (fault.kind === 'cut') {
    const [one, other, ...more] = (fault.regions ?? []) as readonly string[];
    for (const region of [one, other]) regionOf('cut', region);
    if (one === other || more.length > 0) refuse('cut', fault.regions.join(','), 'two regions');
    return { sinceMs: Date.now(), ...fault };
  }
  if (fault.region !== undefined || !isOfCalls(fault)) regionOf('region', fault.region);
  if (isOfCalls(fault) && fault.from !== undefined) regionOf('from', fault.from);
  if (fault.kind === 'function') {
    if (!/^[\w-]{1,64}$/.test(fault.name ?? '')) refuse('function', fault.name, 'the name of a function');
    return fault;
  }
  if (fault.kind === 'schedule') return fault;
  if (fault.kind === 'writer' || fault.kind === 'metrics') return { sinceMs: Date.now(), ...fault };
  if (fault.kind === 'dark') return { manner: 'silent', sinceMs: Date.now(), ...fault };
  if (fault.kind === 'failing') {
    // It becomes a header and an element of XML.
    if (!/^[A-Za-z][\w.]*$/.test(fault.code)) refuse('fail', fault.code, 'a code such as ThrottlingException');
    if (!(Number.isInteger(fault.status) && fault.status >= 400 && fault.status <= 599))
      refuse('status', fault.status, 'an HTTP status from 400 to 599');
  }
  if (fault.kind === 'slow') duration('slow', fault.delayMs);
  if (fault.nth !== undefined && !(Number.isInteger(fault.nth) && fault.nth >= 1))
    refuse('nth', fault.nth, 'a whole number from 1');
  return fault;
}

/** A fault of calls, which a filter names. */
export type FaultOfCalls = Extract<Fault, CallFilter & { readonly kind: 'slow' | 'failing' | 'lost' }>;

export function isOfCalls(fault: Fault): fault is FaultOfCalls {
  return fault.kind === 'slow' || fault.kind === 'failing' || fault.kind === 'lost';
}

/** Describes a fault in one line, for a person. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'dark':
      return `${fault.region} is dark: calls to it are ${fault.manner === 'refused' ? 'refused' : 'never answered'}`;
    case 'zone':
      return `load balancers in ${fault.zone} are ${fault.manner === 'refused' ? 'refusing connections' : 'silent'}`;
    case 'writer':
      return `writers of databases in ${fault.region} answer nothing`;
    case 'cut':
      return `${fault.regions.join(' and ')} are cut off from each other`;
    case 'function':
      return `each run of ${fault.name} in ${fault.region} fails`;
    case 'schedule':
      return `schedules in ${fault.region} start nothing`;
    case 'metrics':
      return `metrics in ${fault.region} age`;
    case 'slow':
      return `${callsOf(fault)} ${fault.nth === undefined ? 'take' : 'takes'} ${fault.delayMs} ms longer`;
    case 'failing':
      return `${callsOf(fault)} ${fault.nth === undefined ? 'fail' : 'fails'} with ${fault.code}`;
    case 'lost':
      return `${callsOf(fault)} ${fault.nth === undefined ? 'are' : 'is'} performed and never answered`;
    case 'lag':
      return `replication between regions takes ${fault.lagMs} ms`;
    case 'rebuild':
      return `after a failover, the rebuild of the former writer's cluster takes ${fault.rebuildMs} ms`;
  }
}

function callsOf({ from, nth, operation, region, service }: CallFilter): string {
  const named = [service, operation].filter((part) => part !== undefined).join(' ');
  const calls = nth === undefined ? `${named || 'all'} calls` : `call ${nth}${named === '' ? '' : ` of ${named}`}`;
  return `${calls}${from === undefined ? '' : ` from ${from}`}${region === undefined ? '' : ` to ${region}`}`;
}
