import type { StateEntry } from '@dr/state-manifest';

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
