import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { PrivateFolder } from '../account/private-folder';
import type { CallGate, Fate } from '../endpoint/calls/call-gate';
import { AwsError } from '../model/aws-error';
import type { ReplicationLink } from '../model/replication';
import { ConnectionRefused, type Reached, type ZoneReachability } from '../network/connection';
import { type CallFilter, checkFault, type Fault, type FaultOfCalls, isOfCalls } from './fault';

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
   * Adds a fault. It replaces one of the same kind, of the same region, zone, function or pair of regions where it has one;
   * faults of calls stand beside each other.
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
    return this.in(region, 'dark')?.sinceMs;
  }

  isDark(region: string): boolean {
    return this.in(region, 'dark') !== undefined;
  }

  reach(region: string, from?: string): Reached {
    const reached = reachedIn(this.in(region, 'dark'));
    if (reached !== 'answer' || from === undefined) return reached;
    return this.isDark(from) || this.cut(from, region) !== undefined ? 'hang' : 'answer';
  }

  reachZone(zone: string): Reached {
    return reachedIn(this.faults.find((fault) => fault.kind === 'zone' && fault.zone === zone));
  }

  /** Since when writers of databases in the region answer nothing, ms since 1970; undefined while they answer. */
  writersSilentSince(region: string): number | undefined {
    return this.in(region, 'writer')?.sinceMs;
  }

  isFunctionBroken(region: string, name: string): boolean {
    return this.faults.some((fault) => fault.kind === 'function' && fault.region === region && fault.name === name);
  }

  isScheduleBroken(region: string): boolean {
    return this.in(region, 'schedule') !== undefined;
  }

  /** Since when no newer metric becomes known in the region, ms since 1970; undefined while they do. */
  metricsAgeSince(region: string): number | undefined {
    return this.in(region, 'metrics')?.sinceMs;
  }

  get lagMs(): number {
    return this.faults.find((fault) => fault.kind === 'lag')?.lagMs ?? USUAL_LAG_MS;
  }

  get rebuildMs(): number {
    return this.faults.find((fault) => fault.kind === 'rebuild')?.rebuildMs ?? USUAL_REBUILD_MS;
  }

  cutSince(from: string, to: string): number | undefined {
    const since = [this.darkSince(from), this.darkSince(to), this.cut(from, to)].filter((time) => time !== undefined);
    return since.length === 0 ? undefined : Math.min(...since);
  }

  async admit(region: string, service: string, operation: string, from?: string): Promise<Fate> {
    const reached = this.reach(region, from);
    if (reached === 'hang') return 'hang';
    if (reached === 'refuse') throw new ConnectionRefused(`${region} is dark`);
    const call = { region, service, operation, from };
    const meant = this.faults.filter((fault) => isOfCalls(fault) && this.isMeant(fault, call));
    for (const fault of meant) if (fault.kind === 'slow') await after(fault.delayMs);
    const failing = meant.find((fault) => fault.kind === 'failing');
    if (failing !== undefined) {
      throw new AwsError(failing.code, 'A fault that is set in the sandbox makes this call fail.', {
        status: failing.status,
      });
    }
    return meant.some(({ kind }) => kind === 'lost') ? 'perform and lose the answer' : 'perform';
  }

  private isMeant(fault: FaultOfCalls, call: Call): boolean {
    if (!matches(fault, call)) return false;
    const count = (this.seen.get(fault) ?? 0) + 1;
    this.seen.set(fault, count);
    return fault.nth === undefined || fault.nth === count;
  }

  private cut(one: string, other: string): number | undefined {
    for (const fault of this.faults) {
      if (fault.kind === 'cut' && fault.regions.includes(one) && fault.regions.includes(other) && one !== other)
        return fault.sinceMs;
    }
    return undefined;
  }

  /** The fault of a kind of which a region has one. */
  private in<Kind extends 'dark' | 'writer' | 'schedule' | 'metrics'>(region: string, kind: Kind) {
    return this.faults.find(
      (fault): fault is Extract<Fault, { kind: Kind }> => fault.kind === kind && fault.region === region,
    );
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
  return !isOfCalls(fault) && subjectOf(fault) === subjectOf(other);
}

/** Kind and place of a fault: there is one of each. */
function subjectOf(fault: Fault): string {
  const { kind, name, region, regions, zone } = fault as Fault &
    Partial<Record<'name' | 'region' | 'zone', string>> & {
      readonly regions?: readonly string[];
    };
  return [kind, region, zone, name, ...(regions ?? []).toSorted()].join(' ');
}

interface Call {
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly from: string | undefined;
}

function matches(filter: CallFilter, call: Call): boolean {
  const members = ['region', 'service', 'operation', 'from'] as const;
  return members.every((member) => (filter[member] ?? call[member]) === call[member]);
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
