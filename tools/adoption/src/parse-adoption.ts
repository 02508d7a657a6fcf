import { CommandError } from '@dr/command-line';
import { type Environment, InvalidEnvironmentError, parseEnvironment, REGION_NAMES } from '@dr/environments';
import { didYouMean, nearestName } from '@dr/nearest-name';

/** Options of the command, as they are typed. */
export interface AdoptOptions {
  readonly platform?: string;
  /** `acme/trading` */
  readonly repository?: string;
  /** `prod=444444444444` */
  readonly account: readonly string[];
  /** `prod=trading.acme.com` */
  readonly domain: readonly string[];
  /** `eu-west-1,eu-central-1,eu-west-2` */
  readonly regions?: string;
  /** `network=routing-team` */
  readonly owner: readonly string[];
}

/** Facts of a workspace that an adoption may change. */
export interface AdoptableWorkspace {
  /** Settings of the environments by file, without those of the tests' fixture. */
  readonly environments: Readonly<Record<string, Environment>>;
  /** Names of what has an owner: the stacks, and the bootstrap. */
  readonly owned: readonly string[];
}

/** Facts that a company gives, each in its one source. */
export interface Adoption {
  /** Values by the path of the setting, by the file of the environment. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Settings of each file as they are then. */
  readonly environments: Readonly<Record<string, Environment>>;
  /** Team by the stack that it owns. */
  readonly owners: Readonly<Record<string, string>>;
  /** `github:acme/trading` */
  readonly repository: string | undefined;
}

/** Settings that the regions are, in their order. */
const REGION_SETTINGS = ['regions.primary.name', 'regions.standby.name', 'regions.witness'];

const BUCKET_PREFIX = 'stateBackend.bucketPrefix';

/** Option that gives a setting. */
const OPTIONS: Readonly<Record<string, string>> = {
  platform: '--platform',
  accountId: '--account',
  domainName: '--domain',
  ...Object.fromEntries(REGION_SETTINGS.map((setting) => [setting, '--regions'])),
};

/**
 * Parses what a company gives.
 *
 * @throws CommandError with every value that is refused, and the nearest right one
 */
export function parseAdoption(options: AdoptOptions, { environments, owned }: AdoptableWorkspace): Adoption {
  const problems: string[] = [];
  const names = Object.values(environments).map(({ name }) => name);
  const accounts = parsePairs('--account', options.account, names, problems);
  const domains = parsePairs('--domain', options.domain, names, problems);
  const owners = parsePairs('--owner', options.owner, owned, problems);
  const regions = parseRegions(options.regions, problems);

  const settings = Object.fromEntries(
    Object.entries(environments).map(([file, environment]) => {
      const given = {
        platform: options.platform,
        accountId: accounts[environment.name],
        domainName: domains[environment.name],
        ...Object.fromEntries(REGION_SETTINGS.map((setting, index) => [setting, regions[index]])),
      };
      return [file, withBucketPrefix(environment, withoutMissing(given))] as const;
    }),
  );
  const adopted = Object.entries(environments).flatMap(([file, environment]) => {
    try {
      return [[file, parseEnvironment(file, withSettings(environment, settings[file] ?? {}))] as const];
    } catch (error) {
      if (!(error instanceof InvalidEnvironmentError)) throw error;
      const own = error.problems.filter(({ setting }) => setting !== BUCKET_PREFIX);
      // The prefix follows from what is wrong besides, if anything is.
      problems.push(...(own.length > 0 ? own : error.problems).map((problem) => describe(environment.name, problem)));
      return [];
    }
  });
  for (const [stack, team] of Object.entries(owners)) {
    if (!/^[a-z]+-team$/.test(team)) {
      problems.push(
        `--owner of ${stack} is ${team}, expected a team in lower-case letters, such as ${nearestTeam(team)}.`,
      );
    }
  }
  const repository = options.repository?.replace(/^github:/, '');
  if (repository !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    problems.push(`--repository is ${repository}, expected the organization and the name, such as acme/trading.`);
  }
  if (problems.length > 0) {
    throw new CommandError([...new Set(problems), 'Nothing was changed. See --help.'].join('\n'));
  }
  return {
    settings,
    environments: Object.fromEntries(adopted),
    owners,
    repository: repository && `github:${repository}`,
  };
}

/** Parses `<name>=<value>` of names that are known; of a name that is given twice the last counts. */
function parsePairs(
  option: string,
  pairs: readonly string[],
  known: readonly string[],
  problems: string[],
): Readonly<Record<string, string>> {
  const parsed = pairs.flatMap((pair) => {
    const [name = '', value = ''] = pair.split('=');
    if (known.includes(name) && value !== '') return [[name, value] as const];
    problems.push(
      known.includes(name)
        ? `${option} is ${pair}, expected a value, as ${name}=<value>.`
        : `${option} is ${pair}, expected one of ${known.join(', ')}, and its value, as ${nearestName(name, known) ?? known[0]}=${value || '<value>'}.`,
    );
    return [];
  });
  return Object.fromEntries(parsed);
}

function parseRegions(regions: string | undefined, problems: string[]): readonly string[] {
  const names = regions === undefined ? [] : regions.split(',').map((name) => name.trim());
  if (names.length === REGION_SETTINGS.length || names.length === 0) return names;
  problems.push(
    `--regions is ${regions}, expected three, primary, standby and witness, as eu-west-1,eu-central-1,eu-west-2.`,
  );
  return [];
}

/** The prefix of the state buckets follows platform and account where it has them as parts. */
function withBucketPrefix(
  { stateBackend, platform, accountId }: Environment,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (stateBackend.kind === 'local') return given;
  const followed = new Map([
    [platform, given['platform'] ?? platform],
    [accountId, given['accountId'] ?? accountId],
  ]);
  const parts = stateBackend.bucketPrefix.split('-').map((part) => followed.get(part) ?? part);
  return { ...given, [BUCKET_PREFIX]: parts.join('-') };
}

function withoutMissing(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

/** Settings with others, of which each is named by its path. */
function withSettings(environment: Environment, values: Readonly<Record<string, string>>): unknown {
  const changed = structuredClone(environment);
  for (const [path, value] of Object.entries(values)) {
    const parents = path.split('.');
    const name = parents.pop() as string;
    const holder = parents.reduce<Record<string, unknown>>(
      (at, parent) => at[parent] as Record<string, unknown>,
      changed as unknown as Record<string, unknown>,
    );
    holder[name] = value;
  }
  return changed;
}

function describe(
  environment: string,
  { setting, got, expected }: { readonly setting: string; readonly got: unknown; readonly expected: string },
): string {
  const option = OPTIONS[setting];
  // One value of all environments is wrong once.
  const place = ['--platform', '--regions'].includes(option ?? '') ? option : `${option ?? setting} of ${environment}`;
  const isUnknown = option === '--regions' && !(REGION_NAMES as readonly unknown[]).includes(got);
  const nearest = isUnknown ? didYouMean(String(got), REGION_NAMES).trimEnd() : '';
  return [`${place} is ${String(got)}, expected ${expected}.`, nearest].filter(Boolean).join(' ');
}

/** `Routing_Team` as `routing-team`. */
function nearestTeam(team: string): string {
  const letters = team
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/team$/, '');
  return `${letters || 'orders'}-team`;
}
