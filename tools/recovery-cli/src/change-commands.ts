import {
  commandApprove,
  commandFailback,
  commandFailover,
  type CommandOutcome,
  type ControlRecord,
  type LagSample,
} from '@dr/recovery';
import type { Platform } from './connect-platform';
import { describeLag, type PlatformStatus } from './platform-status';

/** A command that changes what the ledger says. */
export interface ChangeCommand {
  /** Reason that there is nothing to do, where everything is as the command would leave it. */
  readonly alreadyDone: (record: ControlRecord, regions: Regions) => string | undefined;
  /** Effect of the command, for the person who has to confirm it. */
  readonly intent: (status: PlatformStatus) => string;
  readonly decide: (platform: Platform, view: View) => CommandOutcome;
  /** The region that serves in the end. */
  readonly goal: (regions: Regions) => string;
}

type Regions = Platform['settings']['regions'];

interface View {
  readonly record: ControlRecord;
  readonly lag: LagSample | null;
  /** The epoch that was shown to the person. */
  readonly epoch: number;
}

export const CHANGE_COMMANDS: Readonly<Record<'failover' | 'failback' | 'approve', ChangeCommand>> = {
  failover: {
    alreadyDone: (record, { standby }) =>
      record.step === 'serving' && record.holder === standby ? `${standby} serves already` : undefined,
    intent: ({ atMs, lag, primary, record, standby, standbyHealthy }) =>
      `${standbyHealthy ? '' : `(${standby} is NOT healthy now) `}takes epoch ${record.epoch + 1} for ${standby}, closes SQL writes until the database of ${standby} is promoted ` +
      `(${describeLag(lag, atMs)}: what was not replicated is lost), and keeps ${primary} out of DNS until a failback`,
    decide: ({ settings, caller, ports }, { record, lag }) =>
      commandFailover({ record, lag, by: caller, settings, wallClockMs: ports.wallClockMs() }),
    goal: ({ standby }) => standby,
  },
  failback: {
    alreadyDone: (record, { primary }) =>
      record.step === 'serving' && record.holder === primary && record.latchedRegion === null
        ? `${primary} serves already`
        : undefined,
    intent: ({ primary, standby }) =>
      `checks ${primary}, closes SQL writes while the database switches over from ${standby} without loss, ` +
      `then lets ${primary} write and DNS answer it again`,
    decide: ({ settings, caller, ports }, { record }) =>
      commandFailback({ record, by: caller, settings, wallClockMs: ports.wallClockMs() }),
    goal: ({ primary }) => primary,
  },
  approve: {
    alreadyDone: (record, { standby }) =>
      record.step === 'serving' && record.holder === standby ? `${standby} serves already` : undefined,
    intent: ({ atMs, lag, record, standby }) =>
      `approves the promotion of ${standby} in epoch ${record.epoch} (${record.cause}; ${describeLag(lag, atMs)}): ` +
      'what was not replicated is lost',
    decide: ({ settings, caller, ports }, { record, epoch }) =>
      commandApprove({ record, epoch, by: caller, settings, wallClockMs: ports.wallClockMs() }),
    goal: ({ standby }) => standby,
  },
};

/** Attempts of a command whose write is lost to another writer of the ledger. */
const ATTEMPTS = 5;
const CALL_MS = 5_000;

/**
 * Writes what the command says into the ledger, on the condition that it still is what was decided on. Nothing else is
 * done here: the controller, or the loop that follows, performs it.
 */
export async function writeCommand(
  platform: Platform,
  command: ChangeCommand,
  epoch: number,
): Promise<CommandOutcome | { readonly kind: 'contended' } | { readonly kind: 'failed'; readonly problem: string }> {
  const { ports, settings } = platform;
  let problem: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const record = await ports.readControlRecord(AbortSignal.timeout(CALL_MS));
    const lag = await ports.newestLag(settings.regions.standby, AbortSignal.timeout(CALL_MS)).catch(() => null);
    const outcome = command.decide(platform, { record, lag, epoch });
    if (outcome.kind !== 'write') return outcome;
    // A lost answer leaves open whether it was written: the next read shows it, and the command is idempotent.
    const written = await ports
      .writeControlRecord(outcome.write, AbortSignal.timeout(CALL_MS))
      .catch((error: unknown) => {
        problem = error instanceof Error ? error.name : 'unknown error';
        return 'failed' as const;
      });
    if (written === 'written') return outcome;
    if (written === 'lost') problem = undefined;
  }
  return problem === undefined ? { kind: 'contended' } : { kind: 'failed', problem };
}
