import { withDeadline } from '@dr/deadline';
import { decideWritePermit, type EpochProof, type FencingSettings, type WritePermit } from '@dr/recovery';
import type { ControlTableReader } from './control-table-reader';

/** The region may not write now: the caller must use the other region, or retry. Nothing was performed. */
export class WriteRefusedError extends Error {
  override readonly name = 'WriteRefusedError';
}

/** A write did not end in its time: it was given up, and whether it took effect only the database knows. */
export class WriteOvertimeError extends Error {
  override readonly name = 'WriteOvertimeError';
}

/** A write that was admitted. */
export interface AdmittedWrite {
  readonly epoch: number;
  /** Aborts when the time of the write is over. */
  readonly signal: AbortSignal;
  /** Time until then, at the moment that it is read, ms. */
  readonly remainingMs: number;
}

export interface WriteFenceOptions {
  /** Region of this process. */
  readonly region: string;
  readonly reader: Pick<ControlTableReader, 'read'>;
  readonly settings: FencingSettings;
  /** Monotonic clock of this process, ms. @default performance.now */
  readonly monotonicMs?: () => number;
}

/** Share of a permit's lease after which the epoch is proved anew beside the writes. */
const RENEWED_AFTER = 1 / 3;

/**
 * Fence before every SQL write of a service. It admits a write only while this region can prove that it holds the epoch,
 * and bounds it so that it ends before another region may take over. Without a strongly consistent read younger than
 * `permitLeaseMs` it refuses, so a region that is cut off stops writing by itself, after `permitLeaseMs + inFlightMs` at
 * the latest.
 *
 * The fence bounds what it waits for, not what the database does: `fencedTransaction` bounds a transaction.
 */
export class WriteFence {
  private proof: EpochProof | null = null;
  private proving: Promise<void> | undefined;
  private readonly monotonicMs: () => number;

  constructor(private readonly options: WriteFenceOptions) {
    this.monotonicMs = options.monotonicMs ?? (() => performance.now());
  }

  /**
   * Performs one write, all of it: from its begin to the answer of its commit.
   *
   * @throws WriteRefusedError before anything is performed, WriteOvertimeError, or what `perform` throws
   */
  async write<Value>(perform: (admitted: AdmittedWrite) => Promise<Value>): Promise<Value> {
    const permit = await this.permit();
    if (!permit.granted) throw new WriteRefusedError(`${permit.reason}.`);
    const remainingMs = permit.finishByMs - this.monotonicMs();
    if (remainingMs <= 0) throw new WriteRefusedError("the process was paused past the write's deadline.");
    return withDeadline(
      remainingMs,
      (signal) => {
        const timeLeftMs = () => permit.finishByMs - this.monotonicMs();
        return perform({
          epoch: permit.epoch,
          signal,
          get remainingMs() {
            return timeLeftMs();
          },
        });
      },
      () =>
        new WriteOvertimeError(
          `the write of epoch ${permit.epoch} took longer than ${remainingMs} ms and was given up: it may have taken effect.`,
        ),
    );
  }

  /** A refusal is checked once more: the epoch may have been handed over, or writes opened, since the last proof. */
  private async permit(): Promise<WritePermit> {
    const { region, settings } = this.options;
    const decide = () => decideWritePermit(region, this.proof, this.monotonicMs(), settings);
    const known = decide();
    if (known.granted) {
      const ageMs = this.monotonicMs() - (this.proof?.readStartedAtMs ?? 0);
      if (ageMs >= settings.permitLeaseMs * RENEWED_AFTER) void this.prove().catch(() => undefined);
      return known;
    }
    try {
      await this.prove();
    } catch (error) {
      // Of the call's error its name alone: messages of the SDK carry endpoints.
      const problem = error instanceof Error ? error.name : 'unknown error';
      return { granted: false, reason: `${known.reason}, and the control record cannot be read (${problem})` };
    }
    return decide();
  }

  /** One read at a time, shared by all callers; one that outlasts the lease proves nothing and is given up. */
  private prove(): Promise<void> {
    this.proving ??= this.read().finally(() => (this.proving = undefined));
    return this.proving;
  }

  private async read(): Promise<void> {
    const readStartedAtMs = this.monotonicMs();
    const record = await withDeadline(
      this.options.settings.permitLeaseMs,
      (signal) => this.options.reader.read(signal),
      () => Object.assign(new Error('the read outlasted the lease'), { name: 'TimeoutError' }),
    );
    // A read that began earlier may come back later: records are never read backwards.
    if (record.version >= (this.proof?.record.version ?? 0)) {
      this.proof = { record, consistency: 'strong', readStartedAtMs };
    }
  }
}
