import type { ParameterStore } from './parameter-store';
import { decodeRecord, recordsPath, type StateRecord } from './state-record';

/** How long a region is given to say what is recorded in it. */
const REGION_ANSWER_MS = 5_000;

/** A state that is recorded as deployed. */
export interface RecordedState {
  readonly state: string;
  readonly region: string;
  readonly record: StateRecord;
}

/** The records of an environment. */
export interface Records {
  /** By the state's name. */
  readonly states: ReadonlyMap<string, RecordedState>;
  /** Regions that did not answer within 5 s. */
  readonly dark: ReadonlySet<string>;
  /** Regions that answered with a refusal, and why. */
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Reads what is recorded of an environment, in the regions that its settings name and in those that records name: a
 * region that the settings no longer name is found by the records of the others.
 *
 * @param parameterRoot `/<platform>/<environment>`
 */
export async function readRecords(
  store: ParameterStore,
  parameterRoot: string,
  regions: Iterable<string>,
): Promise<Records> {
  const states = new Map<string, RecordedState>();
  const dark = new Set<string>();
  const refused = new Map<string, string>();
  const asked = new Set<string>();

  async function readRegion(region: string): Promise<readonly RecordedState[]> {
    asked.add(region);
    try {
      const path = recordsPath(parameterRoot, region);
      const texts = await store.readFolder(path, region, AbortSignal.timeout(REGION_ANSWER_MS));
      return Object.entries(texts).flatMap(([state, text]) => {
        const record = decodeRecord(text);
        return record === undefined ? [] : [{ state, region, record }];
      });
    } catch (error) {
      const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      const isAnswer = name === 'CredentialsProviderError' || ($metadata?.httpStatusCode ?? 500) < 500;
      if (isAnswer) refused.set(region, `${name}: ${message}`);
      else dark.add(region);
      return [];
    }
  }

  let next = [...new Set(regions)];
  while (next.length > 0) {
    const found = (await Promise.all(next.map(readRegion))).flat();
    for (const recorded of found) states.set(recorded.state, recorded);
    next = [...new Set(found.flatMap(({ record }) => record.regions))].filter((region) => !asked.has(region));
  }
  return { states, dark, refused };
}
