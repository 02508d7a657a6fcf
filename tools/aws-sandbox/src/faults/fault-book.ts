import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { PrivateFolder } from '../account/private-folder';
import type { CallGate, Fate } from '../endpoint/calls/call-gate';
import { AwsError } from '../model/aws-error';
import type { ReplicationLink } from '../model/replication';
import { ConnectionRefused, type Reached, type ZoneReachability } from '../network/connection';
import { type CallFilter, checkFault, type Fault } from './fault';

/**
 * Usually under a second, of tables [DynamoDB developer guide, global tables] as of databases [Aurora user guide, global
 * databases]; long enough for a test to see two copies differ.
 */
const USUAL_LAG_MS = 200;
/** As fast as this machine copies it: AWS takes minutes to hours [Aurora user guide, global databases]. */
const USUAL_REBUILD_MS = 0;

/** The faults that are set, in a file: they outlive the process, as a region that is gone does. */
export class FaultBook implements CallGate, ReplicationLink, ZoneReachability {
  private faults: readonly Fault[];
  /** Matching calls that each fault has seen; begins anew with the process. */
  private readonly seen = new Map<Fault, number>();

  /** @throws Error where the file is damaged */
  constructor(private readonly file: string) {
    this.faults = read(file);
  }

  list(): readonly Fault[] {
    return this.faults;
  }

  /**
   * Adds a fault. It replaces a `dark` or `writer` fault of the same region, a `zone` fault of the same zone, the `lag` or
   * the `rebuild` fault.
   *
   * @throws Error that says what is wrong
   */
  set(given: Fault): void {
    const fault = checkFault(given);
    this.keep([...this.faults.filter((other) => !replaces(fault, other)), fault]);
  }

  clear(): void {
    this.keep([]);
  }

  /** ms since 1970, undefined while the region is there. */
  darkSince(region: string): number | undefined {
    return this.darkness(region)?.sinceMs;
  }

  isDark(region: string): boolean {
    return this.darkness(region) !== undefined;
  }

  reach(region: string): Reached {
    return reachedIn(this.darkness(region));
  }

  reachZone(zone: string): Reached {
    return reachedIn(this.faults.find((fault) => fault.kind === 'zone' && fault.zone === zone));
  }

  /** Since when writers of databases in the region answer nothing, ms since 1970; undefined while they answer. */
  writersSilentSince(region: string): number | undefined {
    for (const fault of this.faults) if (fault.kind === 'writer' && fault.region === region) return fault.sinceMs;
    return undefined;
  }

  get lagMs(): number {
    return this.faults.find((fault) => fault.kind === 'lag')?.lagMs ?? USUAL_LAG_MS;
  }

  get rebuildMs(): number {
    return this.faults.find((fault) => fault.kind === 'rebuild')?.rebuildMs ?? USUAL_REBUILD_MS;
  }

  cutSince(from: string, to: string): number | undefined {
    const since = [from, to].map((region) => this.darkSince(region)).filter((time) => time !== undefined);
    return since.length === 0 ? undefined : Math.min(...since);
  }

  async admit(region: string, service: string, operation: string): Promise<Fate> {
    const reached = this.reach(region);
    if (reached === 'hang') return 'hang';
    if (reached === 'refuse') throw new ConnectionRefused(`${region} is dark`);
    const meant = this.faults.filter((fault) => this.isMeant(fault, region, service, operation));
    for (const fault of meant) if (fault.kind === 'slow') await after(fault.delayMs);
    const failing = meant.find((fault) => fault.kind === 'failing');
    if (failing !== undefined) {
      throw new AwsError(failing.code, 'A fault that is set in the sandbox makes this call fail.', {
        status: failing.status,
      });
    }
    return meant.some(({ kind }) => kind === 'lost') ? 'perform and lose the answer' : 'perform';
  }

  private isMeant(fault: Fault, region: string, service: string, operation: string): boolean {
    if (fault.kind !== 'slow' && fault.kind !== 'failing' && fault.kind !== 'lost') return false;
    if (!matches(fault, region, service, operation)) return false;
    const count = (this.seen.get(fault) ?? 0) + 1;
    this.seen.set(fault, count);
    return fault.nth === undefined || fault.nth === count;
  }

  private darkness(region: string) {
    return this.faults.find((fault) => fault.kind === 'dark' && fault.region === region) as
      Extract<Fault, { kind: 'dark' }> | undefined;
  }

  private keep(faults: readonly Fault[]): void {
    this.faults = faults;
    if (faults.length === 0) return rmSync(this.file, { force: true });
    new PrivateFolder(dirname(this.file)).replace(this.file, `${JSON.stringify(faults, null, 2)}\n`);
  }
}

function reachedIn(fault: Fault | undefined): Reached {
  if (fault === undefined) return 'answer';
  return 'manner' in fault && fault.manner === 'refused' ? 'refuse' : 'hang';
}

function replaces(fault: Fault, other: Fault): boolean {
  if (fault.kind === 'lag' || fault.kind === 'rebuild') return other.kind === fault.kind;
  if (fault.kind === 'zone') return other.kind === 'zone' && other.zone === fault.zone;
  const isOfRegion = fault.kind === 'dark' || fault.kind === 'writer';
  return isOfRegion && other.kind === fault.kind && other.region === fault.region;
}

function matches(filter: CallFilter, region: string, service: string, operation: string): boolean {
  return (
    (filter.region ?? region) === region &&
    (filter.service ?? service) === service &&
    (filter.operation ?? operation) === operation
  );
}

function read(file: string): readonly Fault[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  try {
    return (JSON.parse(text) as readonly Fault[]).map(checkFault);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message} Correct it, or remove it to clear all faults.`);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
