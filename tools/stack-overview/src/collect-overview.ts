import { addressKey, type StateManifest } from '@dr/state-manifest';
import type { Overview, OverviewState } from './overview';

/** Facts of an environment, from what is synthesized, recorded and published. */
export interface OverviewSources {
  readonly environment: string;
  readonly account: string;
  readonly at: string;
  readonly commit: string | undefined;
  /** `primary` of `us-east-1`, for those that have one. */
  readonly roleOf: (region: string) => string | undefined;
  readonly manifests: readonly StateManifest[];
  /** Terraform JSON of a state. */
  readonly terraformJsonOf: (state: string) => Readonly<Record<string, unknown>>;
  /** Last deploy of each recorded state. */
  readonly deployed: ReadonlyMap<string, OverviewState['deployed']>;
  readonly drift: ReadonlyMap<string, OverviewState['drift']>;
  /** Value of each published parameter, by the region of its store and its name. */
  readonly published: ReadonlyMap<string, string>;
}

/** Key of a parameter in {@link OverviewSources.published}. */
export const publishedKey = (store: string, parameter: string) => `${store} ${parameter}`;

export function collectOverview(sources: OverviewSources): Overview {
  const { environment, account, at, commit, roleOf, manifests, terraformJsonOf, deployed, drift, published } = sources;
  const states = manifests.flatMap((manifest) => manifest.states);
  const publisherOf = new Map(
    states.flatMap(({ name, publishes }) => publishes.map((address) => [addressKey(address), name] as const)),
  );
  const names = new Set(states.map(({ name }) => name));
  return {
    version: 1,
    platform: manifests[0]?.parameterRoot.split('/')[1] ?? '',
    environment,
    account,
    at,
    ...(commit === undefined ? {} : { commit }),
    regions: [...new Set(states.map(({ region }) => region))]
      .sort()
      .map((name) => ({ name, role: roleOf(name) ?? 'other' })),
    stacks: manifests.map(({ stack, owner, states: entries }) => ({
      name: stack,
      owner,
      states: entries.map(({ name, region }): OverviewState => {
        const last = deployed.get(name);
        const looked = drift.get(name);
        return {
          name,
          region,
          resources: resourcesOf(terraformJsonOf(name)),
          ...(last === undefined ? {} : { deployed: last }),
          ...(looked === undefined ? {} : { drift: looked }),
        };
      }),
    })),
    edges: states.flatMap(({ name: to, reads }) =>
      reads.flatMap((read) => {
        const from = publisherOf.get(addressKey(read));
        if (from === undefined || from === to) return [];
        const outputs = read.outputs.map(({ name, parameter }) => {
          const value = published.get(publishedKey(read.store, parameter));
          return { name, ...(value === undefined ? {} : { value }) };
        });
        return [{ from, to, contract: read.contract, region: read.region, outputs }];
      }),
    ),
    orphans: [...deployed.keys()].filter((name) => !names.has(name)).sort(),
  };
}

function resourcesOf(json: Readonly<Record<string, unknown>>): Record<string, number> {
  const byType = (json['resource'] ?? {}) as Readonly<Record<string, object>>;
  return Object.fromEntries(
    Object.entries(byType)
      .map(([type, resources]) => [type, Object.keys(resources).length] as const)
      .sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
}
