import type { RecoveryRules } from '../failover/recovery-rules';
import { type ControlRecord } from '../fencing/control-record';
import { newestRecord } from '../fencing/latch-answer';
import { PRIMARY, type RegionIndex, STANDBY } from './region-index';

/** Results that Route 53 last received of its checks, and the records known to the health check copies that answer. */
export interface DnsState {
  /** Id of the newest record that the answering copy of each region's health check has read, null for a new copy. */
  readonly known: readonly [number | null, number | null];
  /** Whether the primary's deep check says that it serves. */
  readonly serves: boolean;
  /** Whether the primary's entry answers. */
  readonly entered: boolean;
  /** Whether the standby's latch, an inverted check, leaves the primary in DNS. */
  readonly unlatched: boolean;
  /** Whether the latch that the ledger holds now was heard of. */
  readonly latchHeard: boolean;
}

/** Conditions of one request of Route 53. */
export interface DnsWorld {
  readonly stored: number;
  readonly record: (id: number) => ControlRecord;
  /** Whether a region's health check answers at all. */
  readonly answers: (region: RegionIndex) => boolean;
  /** Whether it can read the table. */
  readonly reads: (region: RegionIndex) => boolean;
  readonly entryAnswers: boolean;
}

/** Fault of one request. */
export interface DnsFault {
  /** The health check's reading of the table fails. */
  readonly readLost?: RegionIndex;
  /** Its answer does not arrive. */
  readonly answerLost?: RegionIndex;
  /** Another copy answers, which has read nothing yet. It is none of the faults that are counted: Lambda starts them at will. */
  readonly newCopy?: RegionIndex;
}

const NOW_MS = 0;

/** Nothing failed, and everything was heard. */
export function calmDns(table: number): DnsState {
  return { known: [table, table], serves: true, entered: true, unlatched: true, latchHeard: false };
}

/** The region that Route 53 answers: the secondary record has no check. */
export function answeredRegion({ entered, serves, unlatched }: DnsState): RegionIndex {
  return serves && entered && unlatched ? PRIMARY : STANDBY;
}

/**
 * Route 53 asks all of its checks once. That they are asked in turn is modelled, and that any number of rounds is left out
 * between two events; that one checker of many hears an old answer is not, since one check alone turns none.
 */
export function askChecks(
  dns: DnsState,
  world: DnsWorld,
  rules: Pick<RecoveryRules, 'assessRegionHealth' | 'decideLatchAnswer'>,
  regions: readonly [string, string],
  fault: DnsFault = {},
): DnsState {
  const [primary, standby] = ([PRIMARY, STANDBY] as const).map((region) => {
    const knownId = fault.newCopy === region ? null : dns.known[region];
    const known = knownId === null ? null : world.record(knownId);
    const readable = world.reads(region) && fault.readLost !== region;
    const read = readable ? world.record(world.stored) : null;
    const proof = read && ({ record: read, consistency: 'strong', readStartedAtMs: NOW_MS } as const);
    const newest = newestRecord(known, read);
    return {
      isHeard: world.answers(region) && fault.answerLost !== region,
      knows: newest === null ? null : newest === read ? world.stored : knownId,
      health: rules.assessRegionHealth(regions[region], {
        databaseReachable: true,
        tableReadable: readable,
        known,
        read,
      }),
      latch: rules.decideLatchAnswer(known, proof),
    };
  }) as [Copy, Copy];
  const heardLatched = standby.isHeard && standby.latch === 'latched';
  return {
    known: [world.answers(PRIMARY) ? primary.knows : null, world.answers(STANDBY) ? standby.knows : null],
    serves: primary.isHeard && primary.health.serving,
    entered: world.entryAnswers,
    unlatched: !heardLatched,
    latchHeard: world.record(world.stored).latchedRegion !== null && (dns.latchHeard || heardLatched),
  };
}

interface Copy {
  readonly isHeard: boolean;
  readonly knows: number | null;
  readonly health: ReturnType<RecoveryRules['assessRegionHealth']>;
  readonly latch: ReturnType<RecoveryRules['decideLatchAnswer']>;
}

/** Problem of Route 53's answer, null when there is none. */
export function checkDns(dns: DnsState, stored: ControlRecord, regions: readonly [string, string]): string | null {
  const isAnswered = stored.latchedRegion === regions[answeredRegion(dns)];
  return isAnswered && dns.latchHeard ? 'a latched region is answered again before a failback' : null;
}
