import {
  type Environment,
  InvalidEnvironmentError,
  listSettings,
  parseEnvironment,
  type Setting,
} from '@dr/environments';

/** A setting of an environment with another valid value. */
export interface SettingChange {
  readonly setting: Setting;
  /** Says the setting and both values: `network.zoneCount: 3 → 4`. */
  readonly name: string;
  /** Whether it is a lower number or version, where the schema takes none. */
  readonly isLower: boolean;
  readonly to: Environment;
  /** Other values by path: of the setting, and of those that have to be changed with it. */
  readonly values: Readonly<Record<string, unknown>>;
}

interface ChosenValue {
  readonly value: unknown;
  readonly isLower?: boolean;
  /** Settings that a rule between settings wants changed with it, by path. */
  readonly with?: Readonly<Record<string, unknown>>;
}

/** Values that the schema cannot choose, or does not choose well: texts, and what both directions are tried of. */
const CHOSEN: Readonly<Record<string, readonly ChosenValue[]>> = {
  // Another name is refused by the name of its file.
  name: [],
  platform: [{ value: 'other' }],
  accountId: [{ value: '999999999999' }],
  costCentre: [{ value: 'trading' }],
  domainName: [{ value: 'other.example.com' }],
  // Three regions of one set hold the strongly consistent table: two change places.
  'regions.primary.name': [{ value: 'us-east-2', with: { 'regions.witness': 'us-east-1' } }],
  'regions.standby.name': [{ value: 'us-east-2', with: { 'regions.witness': 'us-west-2' } }],
  'regions.witness': [{ value: 'us-west-2', with: { 'regions.standby.name': 'us-east-2' } }],
  'regions.primary.cidrBlock': [{ value: '10.11.0.0/16' }],
  'regions.standby.cidrBlock': [{ value: '10.21.0.0/16' }],
  'network.zoneCount': [{ value: 4 }, { value: 2, isLower: true }],
  'database.name': [{ value: 'orders' }],
  'database.engineVersion': [{ value: '16.8' }, { value: '17.4' }, { value: '16.4', isLower: true }],
  'database.instanceClass': [{ value: 'db.r6g.xlarge' }],
  'service.healthCheckPath': [{ value: '/ready' }],
  'service.port': [{ value: 9090 }],
  'service.secondPort': [{ value: 9090 }],
  'service.memoryMb': [{ value: 1024 }],
  'service.cpuUnits': [{ value: 512, with: { 'service.memoryMb': 1024 } }],
  'notifications.emails': [{ value: ['oncall@example.com'] }],
  'stateBackend.kind': [{ value: 's3', with: { 'stateBackend.bucketPrefix': 'dr-tfstate' } }],
  'stateBackend.bucketPrefix': [{ value: 'other-tfstate', with: { 'stateBackend.kind': 's3' } }],
};

/** How far from a number its next valid neighbour is looked for. */
const FARTHEST_NEIGHBOUR = 100;

/**
 * Changes of every setting, each to another valid value: the next number, the other word, or what {@link CHOSEN} says.
 *
 * @throws for a setting of which the schema cannot tell another valid value, and nobody chose one
 */
export function settingChanges(environment: Environment): readonly SettingChange[] {
  return listSettings().flatMap((setting) => {
    const chosen = CHOSEN[setting.path] ?? candidatesOf(setting, environment).map((value): ChosenValue => ({ value }));
    const changes = chosen.flatMap((choice) => changeOf(setting, choice, environment) ?? []);
    const wanted = CHOSEN[setting.path]?.length ?? 1;
    if (changes.length < wanted) {
      throw new Error(`${setting.path}: no other valid value is known, expected one. Choose one in CHOSEN.`);
    }
    return changes.slice(0, wanted);
  });
}

function candidatesOf({ path, values = [] }: Setting, environment: Environment): readonly unknown[] {
  const value = valueAt(environment, path);
  if (typeof value !== 'number') return values.filter((other) => other !== value);
  const distances = Array.from({ length: FARTHEST_NEIGHBOUR }, (_none, index) => index + 1);
  return [...distances.map((distance) => value + distance), ...distances.map((distance) => value - distance)];
}

function changeOf(
  setting: Setting,
  { value, with: others = {}, isLower = false }: ChosenValue,
  environment: Environment,
): SettingChange | undefined {
  const values = { [setting.path]: value, ...others };
  const before = valueAt(environment, setting.path);
  try {
    return {
      setting,
      name: `${setting.path}: ${JSON.stringify(before) ?? 'none'} → ${JSON.stringify(value)}`,
      isLower,
      to: withValues(environment, values),
      values,
    };
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) return undefined;
    throw error;
  }
}

/** An environment with many changes at once. */
export function withChanges(environment: Environment, changes: readonly SettingChange[]): Environment {
  return withValues(environment, Object.assign({}, ...changes.map(({ values }) => values)));
}

/**
 * An environment with all numbers of some settings at their lowest, and one with all at their highest.
 *
 * @throws for an end that the schema names and does not take
 */
export function settingLimits(environment: Environment, changes: readonly SettingChange[]): readonly Environment[] {
  const ends = changes.flatMap(({ setting: { path, range } }): (readonly [string, readonly number[]])[] => {
    const [, from, to] = /^a whole number from (\d+) to (\d+)/.exec(range) ?? [];
    const listed = /^(?:one of )?(\d+(?:, \d+| or \d+)+)$/.exec(range)?.[1]?.split(/, | or /) ?? [];
    const numbers = (from === undefined ? listed : [from, to]).map(Number);
    return numbers.length === 0 ? [] : [[path, numbers]];
  });
  return [0, -1].map((end) =>
    withValues(environment, Object.fromEntries(ends.map(([path, numbers]) => [path, numbers.at(end)]))),
  );
}

function withValues(environment: Environment, values: Readonly<Record<string, unknown>>): Environment {
  const changed = structuredClone(environment) as object;
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.');
    const last = keys.pop() as string;
    const holder = keys.reduce((at, key) => (at as Record<string, object>)[key] as object, changed);
    (holder as Record<string, unknown>)[last] = value;
  }
  return parseEnvironment('settings', changed);
}

function valueAt(environment: Environment, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], environment);
}
