import { addressKey, type StateEntry } from '@dr/state-manifest';
import type { Records } from '../records/records';

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/**
 * The regions that Terraform asks when it plans a state: those of its providers, and those in which single resources and
 * data sources are. A resource that only names another region, such as the destination of a copy, does not ask it.
 */
export function regionsOf(
  terraformJson: Readonly<Record<string, unknown>>,
  { region, reads }: StateEntry,
): ReadonlySet<string> {
  const providers = (
    (terraformJson['provider'] as { aws?: readonly { region?: string }[] } | undefined)?.aws ?? []
  ).map((provider) => provider.region);
  const blocks = ['resource', 'data'].flatMap((kind) =>
    Object.entries((terraformJson[kind] ?? {}) as Blocks).flatMap(([type, byName]) =>
      Object.values(byName).flatMap((block) => [block['region'], ...regionsOfTable(type, block, reads)]),
    ),
  );
  const named = [...providers, ...blocks].filter((name) => typeof name === 'string' && !name.includes('${'));
  return new Set([region, ...(named as string[])]);
}

/** The provider reads the replicas of a DynamoDB table in their regions, and a replica's table in the table's. */
function regionsOfTable(
  type: string,
  block: Readonly<Record<string, unknown>>,
  reads: StateEntry['reads'],
): readonly unknown[] {
  if (type === 'aws_dynamodb_table_replica') return reads.map(({ region }) => region);
  if (type !== 'aws_dynamodb_table') return [];
  return [block['replica']].flat().map((replica) => (replica as { region_name?: unknown } | undefined)?.region_name);
}

/**
 * The contracts of a dark region that states read from its mirrors elsewhere, each with when the mirror was last written:
 * `data-keys as of 2026-11-27T03:37:43.000Z`.
 *
 * @param states those that are worked on
 */
export function mirroredFrom(
  dark: string,
  states: readonly StateEntry[],
  { states: recorded }: Pick<Records, 'states'>,
): readonly string[] {
  const writtenAt = new Map(
    [...recorded.values()].flatMap(({ record }) =>
      record.publishes.map((contract) => [addressKey(contract), record.at] as const),
    ),
  );
  const read = states.flatMap(({ reads }) => reads.filter(({ region, store }) => region === dark && store !== dark));
  return [...new Map(read.map((address) => [addressKey(address), address.contract]))]
    .map(([key, contract]) => `${contract} as of ${writtenAt.get(key) ?? 'a time that is not recorded'}`)
    .sort();
}
