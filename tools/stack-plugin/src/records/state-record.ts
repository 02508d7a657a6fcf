import type { ContractAddress, LastingSettings, ReadOutput, StateEntry } from '@dr/state-manifest';
import { recordTooLong } from '../errors';

/** Outcome of the last deploy of a state: `applying` while it is under way, and after it died. */
export type RecordOutcome = 'applying' | 'deployed' | 'failed';

/**
 * Configuration of a state without its resources: its backend and its providers, by which it can be destroyed when
 * nothing else is left of it.
 */
export interface StateConfiguration {
  readonly terraform: Readonly<Record<string, unknown>>;
  readonly provider: { readonly aws: readonly Readonly<Record<string, unknown>>[] };
}

/** Record of a deployed state, in the parameter store of its region. */
export interface StateRecord {
  readonly version: 1;
  readonly stack: string;
  /** The team, as the stack's main.ts names it. */
  readonly owner: string;
  /** Every region in which the environment has, or had, states. */
  readonly regions: readonly string[];
  readonly publishes: readonly RecordedContract[];
  readonly reads: readonly RecordedRead[];
  readonly configuration: StateConfiguration;
  /** Settings that what is deployed keeps, of the last deploy that succeeded; left out where the stack names none. */
  readonly settings?: LastingSettings;
  /** Terraform's; left out before the first apply is done. */
  readonly lineage?: string;
  readonly serial?: number;
  /** Hash of the synthesized Terraform and its files, and of the versions of Terraform and provider. */
  readonly hash?: string;
  /** Hash of the values that were read. */
  readonly inputs?: string;
  /** Full hash of the commit that was deployed; left out where the workspace is in no git repository. */
  readonly commit?: string;
  /** Whether the work tree had changes that the commit does not hold. */
  readonly changed?: true;
  /** Name of whoever deployed: an ARN, or the user of this machine. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly outcome: RecordOutcome;
}

export type RecordedContract = Pick<ContractAddress, 'contract' | 'region' | 'store'>;

/** A contract with those of its outputs that a state reads. */
export interface RecordedRead extends RecordedContract {
  /** Last part of each parameter's name, and its type. */
  readonly outputs: readonly Pick<ReadOutput, 'name' | 'type'>[];
}

/** The most that the parameter store holds in its standard tier, in bytes [AWS Systems Manager, PutParameter]. */
export const LONGEST_RECORD_BYTES = 4_096;

/** No contract can have this name: names of contracts begin with a letter. */
const RECORDS = '_states';

/** Path of the records of a region: `/dr/local/us-east-1/_states`. */
export function recordsPath(parameterRoot: string, region: string): string {
  return `${parameterRoot}/${region}/${RECORDS}`;
}

/** Name of the record of one state. */
export function recordPath(parameterRoot: string, region: string, state: string): string {
  return `${recordsPath(parameterRoot, region)}/${state}`;
}

/** @throws UserError where it is longer than the store takes */
export function encodeRecord(state: string, record: StateRecord): string {
  const text = JSON.stringify({
    ...record,
    publishes: record.publishes.map(encodeContract),
    reads: record.reads.map(encodeRead),
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST_RECORD_BYTES) throw recordTooLong(state, bytes, LONGEST_RECORD_BYTES);
  return text;
}

/** @returns undefined for a text that is no record of this version: the state counts as not recorded */
export function decodeRecord(text: string): StateRecord | undefined {
  try {
    const record = JSON.parse(text) as StateRecord & Record<'publishes' | 'reads', readonly string[]>;
    if (record.version !== 1) return undefined;
    return { ...record, publishes: record.publishes.map(decodeContract), reads: record.reads.map(decodeRead) };
  } catch {
    return undefined;
  }
}

const encodeContract = ({ contract, region, store }: RecordedContract) => `${contract} ${region} ${store}`;

function decodeContract(text: string): RecordedContract {
  const [contract = '', region = '', store = ''] = text.split(' ');
  return { contract, region, store };
}

/** `network us-east-1 us-east-1 vpc-id subnet-ids[]`: a list is marked. */
const encodeRead = (read: RecordedRead) =>
  [encodeContract(read), ...read.outputs.map(({ name, type }) => (type === 'StringList' ? `${name}[]` : name))].join(
    ' ',
  );

function decodeRead(text: string): RecordedRead {
  const [contract = '', region = '', store = '', ...outputs] = text.split(' ');
  return {
    ...{ contract, region, store },
    outputs: outputs.map((output) =>
      output.endsWith('[]') ? { name: output.slice(0, -2), type: 'StringList' } : { name: output, type: 'String' },
    ),
  };
}

/** A state's backend and providers, without the tags that only its resources need. */
export function configurationOf(terraformJson: Readonly<Record<string, unknown>>): StateConfiguration {
  const { terraform, provider } = terraformJson as unknown as StateConfiguration;
  return {
    terraform,
    provider: { aws: provider.aws.map(({ default_tags: _tags, ...settings }) => settings) },
  };
}

/** The states among recorded ones that read what other states publish. */
export function recordedReaders<Recorded extends { readonly record: StateRecord }>(
  publishes: readonly RecordedContract[],
  recorded: readonly Recorded[],
): readonly Recorded[] {
  const published = new Set(publishes.map(encodeContract));
  return recorded.filter(({ record }) => record.reads.some((contract) => published.has(encodeContract(contract))));
}

/** Names of the recorded states that read an output, by its parameter in the store of a region; sorted. */
export function recordedReadersOf(
  parameter: string,
  store: string,
  recorded: Iterable<{ readonly state: string; readonly record: Pick<StateRecord, 'reads'> }>,
): string[] {
  return [...recorded]
    .filter(({ record }) =>
      record.reads.some(
        (read) =>
          read.store === store &&
          read.outputs.some(({ name }) => parameter.endsWith(`/${read.region}/${read.contract}/${name}`)),
      ),
    )
    .map(({ state }) => state)
    .sort();
}

/** Contracts of a state, from its manifest, as a record holds them. */
export function recordedContracts({ publishes, reads }: StateEntry): Pick<StateRecord, 'publishes' | 'reads'> {
  const only = ({ contract, region, store }: ContractAddress): RecordedContract => ({ contract, region, store });
  return {
    publishes: publishes.map(only),
    reads: reads.map((read) => ({
      ...only(read),
      outputs: read.outputs.map(({ parameter, type }) => ({ name: parameter.split('/').at(-1) ?? '', type })),
    })),
  };
}
