import type { ParameterStore } from './parameter-store';
import type { LastingSettings, StateEntry } from '@dr/state-manifest';
import { recordNotWritten } from '../errors';
import type { Records } from './records';
import {
  configurationOf,
  encodeRecord,
  type RecordedContract,
  recordedContracts,
  recordPath,
  type StateRecord,
} from './state-record';
import type { WorkTree } from './work-tree';

/** A state of a stack. */
interface RecordableState {
  readonly stack: string;
  readonly entry: StateEntry;
}

/** Terraform's own identity of a state as it was saved. */
export interface StateIdentity {
  readonly lineage: string;
  /** Grows with every change of the state. */
  readonly serial: number;
}

/** Facts of a deploy that the records of all its states hold. */
export interface Deployment {
  /** `/<platform>/<environment>` */
  readonly parameterRoot: string;
  /** Regions in which the environment's settings have states. */
  readonly regions: readonly string[];
  /** Team of each stack. */
  readonly ownerOf: (stack: string) => string;
  /** Settings of each stack that what it deploys keeps. */
  readonly settingsOf?: (stack: string) => LastingSettings | undefined;
  readonly workTree: WorkTree;
  /** Name of whoever deploys. */
  readonly by: string;
}

/** A state, and what it was synthesized to. */
export interface RecordedInput {
  readonly terraformJson: Readonly<Record<string, unknown>>;
  /** Hash of the configuration. */
  readonly hash: string;
  /** Hash of the values that are read; undefined where nobody asked for it. */
  readonly inputs?: string | undefined;
}

/** Keeps the records of a run's states. */
export interface Recorder {
  /**
   * Records that an apply begins: what is changed from here on is found by the record when this run dies.
   *
   * @throws UserError where it cannot be written; nothing was changed
   */
  begin(state: RecordableState, input: RecordedInput): Promise<void>;
  /**
   * Records how an apply ended, or that there was nothing to apply.
   *
   * @throws UserError where it cannot be written; the state is as it is
   */
  end(
    state: RecordableState,
    input: RecordedInput,
    outcome: 'deployed' | 'failed',
    identity: () => Promise<StateIdentity>,
  ): Promise<void>;
  /** Removes the record of a state that is destroyed. */
  remove(state: Pick<RecordableState, 'entry'>): Promise<void>;
}

/** An unchanged record is written again after this time, so that it says when the state was last looked at. */
const REWRITTEN_AFTER_MS = 12 * 60 * 60 * 1_000;

export function createRecorder(
  store: ParameterStore,
  { states: recorded }: Pick<Records, 'states'>,
  { parameterRoot, regions, ownerOf, settingsOf, workTree, by }: Deployment,
  now: () => Date = () => new Date(),
): Recorder {
  const existing = [...recorded.values()].map(({ region }) => region);
  const allRegions = [...new Set([...regions, ...existing])].sort();
  const pathOf = ({ name, region }: RecordableState['entry']) => recordPath(parameterRoot, region, name);
  /** Records that this run has written. */
  const written = new Map<string, StateRecord>();
  const lastOf = (name: string) => written.get(name) ?? recorded.get(name)?.record;

  async function write({ entry }: RecordableState, record: StateRecord, consequence: string): Promise<void> {
    const text = encodeRecord(entry.name, record);
    await store.write(pathOf(entry), text, entry.region).catch((error: Error) => {
      throw recordNotWritten(entry.name, pathOf(entry), `${error.name}: ${error.message}`, consequence);
    });
    written.set(entry.name, record);
  }

  function recordOf({ stack, entry }: RecordableState, { terraformJson }: RecordedInput): Omit<StateRecord, 'outcome'> {
    return {
      version: 1,
      stack,
      owner: ownerOf(stack),
      regions: allRegions,
      ...recordedContracts(entry),
      configuration: configurationOf(terraformJson),
      ...(workTree.commit === undefined ? {} : { commit: workTree.commit }),
      ...(workTree.changed ? { changed: true as const } : {}),
      by,
      at: now().toISOString(),
    };
  }

  /** While it is not known whether an apply changed it, a state reads and publishes what it did before, too. */
  function withEarlier(record: Omit<StateRecord, 'outcome'>, name: string): Omit<StateRecord, 'outcome'> {
    const earlier = lastOf(name);
    if (earlier === undefined) return record;
    const { lineage, serial, settings } = earlier;
    return {
      ...record,
      publishes: union(record.publishes, earlier.publishes),
      reads: union(record.reads, earlier.reads),
      ...(lineage === undefined ? {} : { lineage }),
      ...(serial === undefined ? {} : { serial }),
      // Those of the last deploy that succeeded: what failed is put right, or taken back.
      ...(settings === undefined ? {} : { settings }),
    };
  }

  return {
    begin: (state, input) =>
      write(
        state,
        { ...withEarlier(recordOf(state, input), state.entry.name), outcome: 'applying' },
        'Nothing of this state was changed.',
      ),

    async end(state, input, outcome, identity) {
      const { name } = state.entry;
      const fresh = recordOf(state, input);
      const settings = settingsOf?.(state.stack);
      const last = lastOf(name);
      const isKnown = last?.outcome === 'deployed' && last.lineage !== undefined && last.serial !== undefined;
      const known = isKnown ? { lineage: last.lineage as string, serial: last.serial as number } : await identity();
      const record: StateRecord =
        outcome === 'deployed'
          ? {
              ...fresh,
              ...known,
              ...(settings === undefined ? {} : { settings }),
              hash: input.hash,
              ...(input.inputs === undefined ? {} : { inputs: input.inputs }),
              outcome,
            }
          : { ...withEarlier(fresh, name), ...known, outcome };
      if (last !== undefined && isSame(last, record) && Date.parse(last.at) + REWRITTEN_AFTER_MS > now().getTime())
        return;
      await write(state, record, 'What it deployed is there. Run the same command again to record it.');
    },

    async remove({ entry }) {
      if (lastOf(entry.name) === undefined) return;
      await store.remove(pathOf(entry), entry.region).catch((error: Error) => {
        throw recordNotWritten(
          entry.name,
          pathOf(entry),
          `${error.name}: ${error.message}`,
          'The state is destroyed. Run the same command again to remove its record.',
        );
      });
    },
  };
}

/** Of a run whose states are no stack's: none of them is recorded. */
export const createNoRecorder: typeof createRecorder = () => ({
  begin: () => Promise.resolve(),
  end: () => Promise.resolve(),
  remove: () => Promise.resolve(),
});

function union<Contract extends RecordedContract>(
  contracts: readonly Contract[],
  others: readonly Contract[],
): readonly Contract[] {
  const known = new Set(contracts.map((contract) => JSON.stringify(contract)));
  return [...contracts, ...others.filter((other) => !known.has(JSON.stringify(other)))];
}

/** Whether two records say the same of a state, whoever looked at it and when. */
function isSame(
  { by: _by, at: _at, ...one }: StateRecord,
  { by: _otherBy, at: _otherAt, ...other }: StateRecord,
): boolean {
  const sorted = (record: object) => JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
