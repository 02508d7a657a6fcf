import {
  commandApprove,
  commandDetach,
  commandEvacuate,
  commandFailover,
  type CommandName,
  type CommandOutcome,
  commandRestored,
  type ControlRecord,
  databaseOf,
  type LagSample,
  otherRegion,
  RESTORE,
} from '@dr/recovery';
import type { Platform } from './connect-platform';
import { describeLag, type PlatformStatus } from './platform-status';

/** A command that changes what the ledger says. */
export interface ChangeCommand {
  /** Reason that there is nothing to do, where everything is as the command would leave it. */
  readonly alreadyDone: (record: ControlRecord, to: string) => string | undefined;
  /** Effect of the command, for the person who has to confirm it. */
  readonly intent: (status: PlatformStatus, to: string) => string;
  readonly decide: (platform: Platform, view: View) => CommandOutcome;
  /** Region that serves in the end, where nobody names it. */
  readonly goal: (status: PlatformStatus) => string;
  /** Reason against it that the ledger does not know. @default none */
  readonly objection?: (status: PlatformStatus, to: string) => string | undefined;
}

interface View {
  readonly record: ControlRecord;
  readonly lag: LagSample | null;
  /** The epoch that was shown to the person. */
  readonly epoch: number;
  /** The region that is to serve in the end. */
  readonly to: string;
}

const servesAlready = (record: ControlRecord, to: string): string | undefined =>
  record.step === 'serving' && record.holder === to ? `${to} serves already` : undefined;

/** Both directions of one move. */
const EVACUATION: Pick<ChangeCommand, 'alreadyDone' | 'intent'> = {
  alreadyDone: servesAlready,
  intent: ({ record }, to) =>
    `checks ${to}, closes SQL writes while the database switches over from ${record.holder} without loss, ` +
    `then lets ${to} write and DNS answer it`,
};

function evacuationBy(name: 'evacuate' | 'failback'): ChangeCommand['decide'] {
  return ({ settings, caller, ports }, { record, to }) =>
    commandEvacuate({ name, record, to, by: caller, settings, wallClockMs: ports.wallClockMs() });
}

export const CHANGE_COMMANDS: Readonly<Record<CommandName, ChangeCommand>> = {
  failover: {
    alreadyDone: servesAlready,
    intent: ({ atMs, lag, record, regions }, to) =>
      `${regions[to]?.healthy === true ? '' : `(${to} is NOT healthy now) `}takes epoch ${record.epoch + 1} for ${to}, closes SQL writes until the database of ${to} is promoted ` +
      `(${describeLag(lag, atMs)}: what was not replicated is lost), and moves DNS to ${to}`,
    decide: ({ settings, caller, ports }, { record, lag, to }) =>
      commandFailover({ record, lag, to, by: caller, settings, wallClockMs: ports.wallClockMs() }),
    goal: takeoverGoal,
  },
  'failover --detach': {
    alreadyDone: servesAlready,
    intent: ({ primary, record, regions, standby }, to) => {
      const other = otherRegion(to, { primary, standby });
      return (
        `${regions[to]?.healthy === true ? '' : `(${to} is NOT healthy now) `}${regions[other]?.healthy === true ? `(${other} is healthy: evacuate would lose nothing) ` : ''}takes the database of ${to} out of the global database ` +
        `(${record.cause}), and opens SQL writes there in epoch ${record.epoch + 1}. It cannot be undone: ` +
        `${describeLoss(record)}; the database of ${other} is not replicated any more and has to be rebuilt, ` +
        `and until then nothing takes over from ${to}`
      );
    },
    decide: ({ settings, caller, ports }, { record, lag, to }) =>
      commandDetach({ record, lag, to, by: caller, settings, wallClockMs: ports.wallClockMs() }),
    goal: ({ record }) => record.holder,
    objection: ({ database }, to) =>
      database?.resyncing?.includes(to) === true
        ? `the database of ${to} is no whole copy, and lacks what was written since it was left. Wait until Aurora has rebuilt it; where the other region is gone for long, follow ${RESTORE}.`
        : undefined,
  },
  'failover --restored': {
    alreadyDone: servesAlready,
    intent: ({ primary, record, regions, standby }, to) => {
      const other = otherRegion(to, { primary, standby });
      return (
        `${regions[to]?.healthy === true ? '' : `(${to} is NOT healthy now) `}opens SQL writes in epoch ${record.epoch + 1} in the database of ${to} as you restored it. ` +
        `It cannot be undone: what was written since the time of the backup is lost, the database of ${other} is not ` +
        `replicated any more and has to be rebuilt, and until then nothing takes over from ${to}`
      );
    },
    decide: ({ settings, caller, ports }, { record, lag, to }) =>
      commandRestored({ record, lag, to, by: caller, settings, wallClockMs: ports.wallClockMs() }),
    goal: takeoverGoal,
    objection: objectionToRestored,
  },
  evacuate: {
    ...EVACUATION,
    decide: evacuationBy('evacuate'),
    goal: ({ primary, record, standby }) => otherRegion(record.holder, { primary, standby }),
  },
  failback: {
    ...EVACUATION,
    decide: evacuationBy('failback'),
    goal: ({ primary }) => primary,
  },
  approve: {
    alreadyDone: ({ step, holder }) => (step === 'serving' ? `${holder} serves already` : undefined),
    intent: ({ atMs, lag, record }) =>
      `approves the promotion of ${record.holder} in epoch ${record.epoch} (${record.cause}; ${describeLag(lag, atMs)}): ` +
      'what was not replicated is lost',
    decide: ({ settings, caller, ports }, { record, epoch }) =>
      commandApprove({ record, epoch, by: caller, settings, wallClockMs: ports.wallClockMs() }),
    goal: ({ record }) => record.holder,
  },
};

/**
 * Region that a takeover is for: the other one while the preferred region serves, or while the holder is not healthy and
 * the other one is; the one whose database writes, where the ledger is lost; else the holder, so that a command that is run again does not take over back.
 */
function takeoverGoal({ database, primary, record, regions, standby }: PlatformStatus): string {
  const { holder, step } = record;
  if (step === 'ledger-lost') return (database && databaseOf(record, database).writer) ?? holder;
  const other = otherRegion(holder, { primary, standby });
  if (step === 'serving' && holder === primary) return other;
  return regions[holder]?.healthy === false && regions[other]?.healthy === true ? other : holder;
}

/** Of a database that is not there, or that nobody restored, SQL would be opened in what was left; and of a region that is back nothing has to be lost. */
function objectionToRestored({ database, primary, regions, standby }: PlatformStatus, to: string): string | undefined {
  const other = otherRegion(to, { primary, standby });
  if (regions[other]?.healthy === true) {
    return `${other} is healthy, and has all that was written: run evacuate, or failover --to=${other}.`;
  }
  if (database === null || database.clusters === undefined) {
    return 'Aurora does not say which clusters are in the global database. Run it again.';
  }
  return database.clusters[to] !== undefined && database.writer !== to
    ? `the database of ${to} is in the global database, which a restored one is not. Follow ${RESTORE}.`
    : undefined;
}

/** Bound of what is lost with a promotion, by what was known as the epoch was taken. */
function describeLoss({ lagAtTake }: ControlRecord): string {
  return lagAtTake === null
    ? 'what was not replicated is lost, and no lag is known that bounds it'
    : `what was not replicated is lost, by a lag of ${lagAtTake.lagMs} ms, measured ${Math.round(lagAtTake.ageMs / 1_000)} s before the epoch was taken`;
}

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
  to: string,
): Promise<CommandOutcome | { readonly kind: 'contended' } | { readonly kind: 'failed'; readonly problem: string }> {
  const { ports } = platform;
  let problem: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const record = await ports.readControlRecord(AbortSignal.timeout(CALL_MS));
    const lag = await ports.newestLag(to, AbortSignal.timeout(CALL_MS)).catch(() => null);
    const outcome = command.decide(platform, { record, lag, epoch, to });
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
