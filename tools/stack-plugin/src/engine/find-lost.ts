import { UserError } from '../errors';
import type { UnendedApply } from './apply-log';
import { importKindOf, kindOfArn, type KnownValues } from './import-kinds';
import type { ResourceChangeJson } from './planned-changes';
import { deployedIds } from './state-file';
import type { OpenReconciliation } from './state-run';
import type { TaggedResource } from './tagged-resources';

/** How a resource was found. */
export type FoundBy = 'log' | 'tag' | 'name';

/** A resource of the account that is in no state. */
export interface FoundResource {
  readonly address: string;
  /** As its import takes it. */
  readonly importId: string;
  readonly foundBy: FoundBy;
  /** Command that deletes it, where it is a simple one. */
  readonly deletion: string | undefined;
}

/** A resource that has this state's tags. */
export interface ListedResource {
  readonly arn: string;
  readonly deletion: string | undefined;
}

/** Resources that a killed apply left. */
export interface LostResources {
  readonly found: readonly FoundResource[];
  /** Addresses, and resources of which it is not known which is whose: none of them is taken over. */
  readonly ambiguous: readonly {
    readonly addresses: readonly string[];
    readonly resources: readonly ListedResource[];
  }[];
  /** Found, and the configuration would replace or destroy it. */
  readonly replaced: readonly string[];
  /** Creations that began, and that nothing shows: each may be there. */
  readonly unseen: readonly string[];
  /** Creations that began, and that are not listed by their tags; AWS lists some time after it makes. */
  readonly notListed: readonly string[];
  /** Of that name, without this state's tags: whether it is this state's is not known. */
  readonly untagged: readonly string[];
  /** Made, and in no state for another reason: with its id, and why. */
  readonly others: readonly string[];
  /** With this state's tags, in no state, and of no creation that began. */
  readonly strays: readonly ListedResource[];
  /** Errors of imports that were tried by name. */
  readonly problems: readonly string[];
}

/** A creation that began, and that no state holds. */
interface Begun {
  readonly type: string;
  /** Terraform's id; undefined while it is not known. */
  readonly id: string | undefined;
  readonly foundBy: FoundBy;
}

/** Account and configuration that a state is compared with. */
export interface LostSources {
  /** Tags that tell this state's resources from all others. */
  readonly tags: Readonly<Record<string, string>>;
  /** All tags that the provider gives every resource. */
  readonly defaultTags: Readonly<Record<string, string>>;
  /** Resources of the account that have them. */
  readonly listed: readonly TaggedResource[];
  /** Block of a resource in the configuration. */
  readonly blockOf: (address: string) => KnownValues | undefined;
}

/**
 * Addresses of a state whose resource the apply had destroyed, to make another: the state was saved before that, and what
 * it holds is not there any more.
 */
export function outdatedAddresses(stateText: string, log: UnendedApply | undefined): readonly string[] {
  const { ids } = deployedIds(stateText);
  return [...(log?.destroyed ?? [])].flatMap(([address, id]) =>
    id !== undefined && ids.get(address) === id ? [address] : [],
  );
}

/**
 * Finds what a killed apply made and left in no state: by the ids of its log, by the tags of the account, and by names
 * that follow from the configuration. A plan that imports a name shows whether it is there; it changes nothing.
 *
 * @param log of the apply; without one, all that a plan would create is looked for
 */
export async function findLost(
  state: Pick<OpenReconciliation, 'readText' | 'planTrial'>,
  log: UnendedApply | undefined,
  sources: LostSources,
): Promise<LostResources> {
  const text = await state.readText();
  const deployed = deployedIds(text);
  const outdated = new Set(outdatedAddresses(text, log));
  const isHeld = (address: string) => deployed.ids.has(address) && !outdated.has(address);
  const begun = new Map<string, Begun>();
  const others: string[] = [];
  for (const [address, { type, id }] of log?.created ?? []) {
    if (deployed.ids.get(address) === id) continue;
    if (isHeld(address))
      others.push(`${address} (${id}): made in place of ${deployed.ids.get(address) ?? ''}, which the state holds`);
    else if (sources.blockOf(address) === undefined)
      others.push(`${address} (${id}): the configuration has it no more`);
    else begun.set(address, { type, id, foundBy: 'log' });
  }
  for (const [address, { type }] of log?.pending ?? []) {
    if (!isHeld(address) && sources.blockOf(address)) begun.set(address, { type, id: undefined, foundBy: 'name' });
  }

  const trial = createTrial(state, begun, outdated, sources);
  if (
    log === undefined ||
    [...begun].some(([address, each]) => isSearched(each) && !('tags_all' in trial.valuesOf(address)))
  ) {
    await trial.plan();
  }
  if (log === undefined) {
    for (const [address, { mode, type, change }] of trial.planned()) {
      if (mode === 'managed' && change.actions.includes('create')) {
        begun.set(address, { type, id: undefined, foundBy: 'name' });
      }
    }
  }

  const known = new Set([...deployed.ids].flatMap(([address, id]) => (outdated.has(address) ? [] : [id])));
  for (const { id } of begun.values()) if (id !== undefined) known.add(id);
  const free = new Map(
    sources.listed.flatMap(({ arn, tags }) => {
      const id = kindOfArn(arn)?.id;
      return id === undefined || known.has(id) || deployed.arns.has(arn) ? [] : [[arn, tags] as const];
    }),
  );
  const ambiguous = [];
  const groups = groupByTags(begun, free, (address) => trial.valuesOf(address)['tags_all']);
  for (const group of groups) if (isOfOne(group)) trial.match(group.addresses[0] ?? '', group.arns[0] ?? '');
  await trial.resolve();
  for (const group of groups.filter((each) => !isOfOne(each))) {
    const pairs = await trial.compare(group);
    for (const [address, arn] of pairs) trial.match(address, arn);
    const rest = without(group, pairs);
    if (rest.addresses.length > 0 && rest.arns.length > 0) ambiguous.push(rest);
  }
  await trial.resolve();

  for (const [address, arn] of trial.matched) {
    // One of another time, with the same tags: it is not what was begun here.
    if (trial.imports.has(address) && isReplaced(trial.planned().get(address))) {
      trial.imports.delete(address);
      ambiguous.push({ addresses: [address], arns: [arn] });
    }
  }
  for (const [address, importId] of trial.gone) {
    if (begun.get(address)?.foundBy === 'log') others.push(`${address} (${importId}): made, and not there any more`);
  }
  const found = [...trial.imports].map(([address, importId]): FoundResource => {
    const { type, id, foundBy } = begun.get(address) as Begun;
    return { address, importId, foundBy, deletion: id === undefined ? undefined : importKindOf(type).deletion?.(id) };
  });
  const untagged = found.filter(
    (each) => each.foundBy === 'name' && !hasTags(trial.planned().get(each.address), sources.tags),
  );
  const isUntagged = new Set(untagged.map(({ address }) => address));
  const taken = new Set(trial.matched.values());
  const inDoubt = new Set(ambiguous.flatMap(({ addresses, arns }) => [...addresses, ...arns]));
  const left = [...begun].filter(
    ([address, { type }]) =>
      !trial.imports.has(address) &&
      !trial.gone.has(address) &&
      !inDoubt.has(address) &&
      importKindOf(type).isRepeatable !== true,
  );
  const isListable = ([, { type }]: readonly [string, Begun]) => importKindOf(type).arns !== undefined;
  return {
    found: found.filter(({ address }) => !isUntagged.has(address)),
    ambiguous: ambiguous.map(({ addresses, arns }) => ({ addresses, resources: arns.map(listedResource) })),
    replaced: found
      .filter(({ address }) => !isUntagged.has(address) && isReplaced(trial.planned().get(address)))
      .map(({ address }) => address),
    unseen: left.filter((each) => !isListable(each)).map(([address]) => address),
    notListed: left.filter(isListable).map(([address]) => address),
    untagged: untagged.map(({ address, importId }) => `${address} (${importId})`),
    others,
    strays: [...free.keys()].filter((arn) => !inDoubt.has(arn) && !taken.has(arn)).map(listedResource),
    problems: trial.problems,
  };
}

/** Imports that are tried by plans, until nothing more is known of what was begun. */
function createTrial(
  state: Pick<OpenReconciliation, 'planTrial'>,
  begun: Map<string, Begun>,
  outdated: ReadonlySet<string>,
  { blockOf, defaultTags }: LostSources,
) {
  const imports = new Map<string, string>();
  /** Import ids of which there is nothing, by address. */
  const gone = new Map<string, string>();
  const matched = new Map<string, string>();
  const problems: string[] = [];
  let planned: ReadonlyMap<string, ResourceChangeJson> | undefined;
  /** As they are created, from the last plan that created them. */
  const created = new Map<string, KnownValues>();

  const valuesOf = (address: string): KnownValues => {
    const id = begun.get(address)?.id;
    const values = created.get(address) ?? literalValues(blockOf(address) ?? {}, defaultTags);
    return { ...values, ...(id === undefined ? {} : { id }) };
  };

  function importIdOf(address: string, { type }: Begun): string | undefined {
    const id = importKindOf(type).importId(valuesOf(address));
    const region = blockOf(address)?.['region'];
    return id === undefined || typeof region !== 'string' ? id : `${id}@${region}`;
  }

  /** @returns whether there are imports whose id is known now */
  function add(): boolean {
    const before = imports.size;
    for (const [address, resource] of begun) {
      const id = imports.has(address) || gone.has(address) ? undefined : importIdOf(address, resource);
      if (id !== undefined) imports.set(address, id);
    }
    return imports.size > before;
  }

  /** Whether there is one that is found by its arguments, of which some are not known. */
  function isAnyUnknown(): boolean {
    return [...begun].some(([address, { type }]) => {
      const { arns, isRepeatable } = importKindOf(type);
      return arns === undefined && isRepeatable !== true && !imports.has(address) && !gone.has(address);
    });
  }

  /** Plans with imports, and without those of which there is nothing. */
  async function planPresent(wanted: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, ResourceChangeJson>> {
    const present = new Map(wanted);
    for (;;) {
      const { resources, missing } = await state.planTrial(present);
      if (missing.length === 0) return new Map(resources.map((resource) => [resource.address, resource]));
      for (const address of missing) present.delete(address);
    }
  }

  async function plan(): Promise<void> {
    // A resource that the state still holds at its address cannot be imported there: its id is known without a plan.
    const wanted = new Map([...imports].filter(([address]) => !outdated.has(address)));
    try {
      planned = await planPresent(wanted);
    } catch (error) {
      const guesses = [...wanted.keys()].filter((address) => begun.get(address)?.foundBy === 'name');
      if (guesses.length === 0 || !(error instanceof UserError)) throw error;
      problems.push(error.message);
      for (const address of guesses) {
        imports.delete(address);
        begun.delete(address);
      }
      problems.push(`not looked for: ${guesses.join(', ')}`);
      return plan();
    }
    for (const address of wanted.keys()) {
      if (planned.get(address)?.change.importing !== undefined) continue;
      imports.delete(address);
      gone.set(address, wanted.get(address) ?? '');
    }
    for (const [address, { change }] of planned) {
      if (change.importing === undefined) created.set(address, (change.after ?? {}) as KnownValues);
    }
  }

  return {
    imports,
    gone,
    /** ARNs of what was found by tags, by address. */
    matched,
    problems,
    valuesOf,
    planned: () => planned ?? new Map<string, ResourceChangeJson>(),

    /** Says which resource of the account was begun at an address. */
    match(address: string, arn: string): void {
      const { type } = begun.get(address) as Begun;
      matched.set(address, arn);
      begun.set(address, { type, id: importKindOf(type).arns?.idIn(arn), foundBy: 'tag' });
    },

    plan,

    /** Adds the imports whose id is known, and those that become known by them. */
    async resolve(): Promise<void> {
      while (add()) await plan();
      // Values that are expressions, such as the route table of an association, a plan alone says.
      if (planned !== undefined || !isAnyUnknown()) return;
      await plan();
      while (add()) await plan();
    },

    /** Reads each resource at each address, and pairs those that agree with one another alone. */
    async compare({ addresses, arns }: TagGroup): Promise<ReadonlyMap<string, string>> {
      const fits: { readonly address: string; readonly arn: string }[] = [];
      const rounds = Math.max(addresses.length, arns.length);
      if (!addresses.every((address) => created.has(address))) await plan();
      for (let round = 0; round < rounds; round++) {
        const tried = addresses.flatMap((address, index) => {
          const arn = arns[(index + round) % rounds];
          const { type } = begun.get(address) as Begun;
          const id = arn === undefined ? undefined : importKindOf(type).arns?.idIn(arn);
          const importId = id === undefined ? undefined : importKindOf(type).importId({ ...valuesOf(address), id });
          return arn === undefined || importId === undefined ? [] : [{ address, arn, importId }];
        });
        const wanted = [...imports].filter(([address]) => !outdated.has(address));
        const read = await planPresent(
          new Map([...wanted, ...tried.map(({ address, importId }) => [address, importId] as const)]),
        );
        for (const { address, arn } of tried) {
          const change = read.get(address)?.change;
          if (change?.importing !== undefined && agrees(valuesOf(address), change.before as KnownValues))
            fits.push({ address, arn });
        }
      }
      const isAlone = (fit: (typeof fits)[number]) =>
        fits.filter(({ address, arn }) => address === fit.address || arn === fit.arn).length === 1;
      return new Map(fits.filter(isAlone).map(({ address, arn }) => [address, arn]));
    },
  };
}

const isReplaced = (resource: ResourceChangeJson | undefined) => resource?.change.actions.includes('delete') === true;

/** Whether a resource is found by its tags alone. */
const isSearched = ({ type, id }: Begun) => id === undefined && importKindOf(type).arns !== undefined;

/** Addresses and resources of one form of ARN. */
interface TagGroup {
  readonly addresses: readonly string[];
  readonly arns: readonly string[];
}

const isOfOne = ({ addresses, arns }: TagGroup) => addresses.length === 1 && arns.length === 1;

/**
 * Groups what was begun and is found by tags with what the account lists: by the form of the ARN, and where there is more
 * than one of a form, by all tags.
 */
function groupByTags(
  begun: ReadonlyMap<string, Begun>,
  listed: ReadonlyMap<string, Readonly<Record<string, string>>>,
  tagsOf: (address: string) => unknown,
): readonly TagGroup[] {
  const searched = [...begun].filter(([, { type, id }]) => id === undefined && importKindOf(type).arns !== undefined);
  const byForm = groupOf(
    searched.map(([address, { type }]) => [importKindOf(type).arns?.pattern ?? '', address]),
    [...listed.keys()].map((arn) => [kindOfArn(arn)?.kind.arns?.pattern ?? '', arn]),
  );
  return byForm.flatMap((group) =>
    isOfOne(group)
      ? [group]
      : groupOf(
          group.addresses.map((address) => [canonical(tagsOf(address)), address]),
          group.arns.map((arn) => [canonical(listed.get(arn)), arn]),
        ),
  );
}

function groupOf(
  addresses: readonly (readonly [string, string])[],
  arns: readonly (readonly [string, string])[],
): readonly TagGroup[] {
  const of = (pairs: readonly (readonly [string, string])[], key: string) =>
    pairs.flatMap(([each, value]) => (each === key ? [value] : []));
  return [...new Set(addresses.map(([key]) => key))]
    .map((key) => ({ addresses: of(addresses, key), arns: of(arns, key) }))
    .filter((group) => group.arns.length > 0);
}

function without({ addresses, arns }: TagGroup, pairs: ReadonlyMap<string, string>): TagGroup {
  const taken = new Set(pairs.values());
  return { addresses: addresses.filter((address) => !pairs.has(address)), arns: arns.filter((arn) => !taken.has(arn)) };
}

function listedResource(arn: string): ListedResource {
  const { kind, id } = kindOfArn(arn) ?? {};
  return { arn, deletion: id === undefined ? undefined : kind?.deletion?.(id) };
}

/** Values of a configuration that are no expressions, so that they are known without a plan. */
function literalValues(block: KnownValues, defaultTags: Readonly<Record<string, string>>): KnownValues {
  const isLiteral = (value: unknown) => !JSON.stringify(value).includes('${');
  const values = Object.fromEntries(Object.entries(block).filter(([, value]) => isLiteral(value)));
  const tags = (block['tags'] ?? {}) as Readonly<Record<string, string>>;
  return isLiteral(tags) ? { ...values, tags_all: { ...defaultTags, ...tags } } : values;
}

/** Whether a resource has all values that it would be created with. */
function agrees(created: KnownValues, present: KnownValues): boolean {
  return Object.entries(created).every(
    ([name, value]) =>
      value === null || (Array.isArray(value) && value.length === 0) || canonical(value) === canonical(present[name]),
  );
}

/** Whether a resource of the account has the tags, or is of a type that has none. */
function hasTags(resource: ResourceChangeJson | undefined, tags: Readonly<Record<string, string>>): boolean {
  const before = (resource?.change.before ?? {}) as KnownValues;
  if (!('tags_all' in before)) return true;
  const present = (before['tags_all'] ?? {}) as KnownValues;
  return Object.entries(tags).every(([name, value]) => present[name] === value);
}

/** Equal texts for equal values, in whatever order their members are. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_name, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? ''
  );
}
