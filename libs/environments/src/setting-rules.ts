import { cidrsOverlap, parseCidr } from '@dr/cidr';
import { RESERVED_DATABASE_NAMES } from './database-names';
import type { SettingProblem } from './errors';
import { CONSISTENT_REGIONS, REGION_ZONES, type RegionName } from './region-catalog';

/** Reads one setting of settings that may be wrong anywhere. */
export type SettingReader = (path: string) => unknown;

/** A rule between settings: the problems that it finds, none while the settings that it compares are no comparison. */
type SettingRule = (read: SettingReader) => readonly SettingProblem[];

const standbyIsAnotherRegion: SettingRule = (read) => {
  const standby = read('regions.standby.name');
  return standby !== undefined && standby === read('regions.primary.name')
    ? [{ setting: 'regions.standby.name', got: standby, expected: 'a region other than the primary' }]
    : [];
};

const witnessServesNothing: SettingRule = (read) => {
  const witness = read('regions.witness');
  const serving = [read('regions.primary.name'), read('regions.standby.name')];
  return witness !== undefined && serving.includes(witness)
    ? [{ setting: 'regions.witness', got: witness, expected: 'a region other than the primary and the standby' }]
    : [];
};

/** One strongly consistent table is in three regions of one set alone. */
const regionsHaveOneTable: SettingRule = (read) => {
  const regions = ['regions.primary.name', 'regions.standby.name', 'regions.witness'].map(read);
  const areKnown = regions.every((region) => Object.hasOwn(REGION_ZONES, String(region)));
  const isRepeated = new Set(regions).size < regions.length;
  const isOneSet = CONSISTENT_REGIONS.some((set) => regions.every((region) => set.includes(region as RegionName)));
  if (!areKnown || isRepeated || isOneSet) return [];
  const sets = CONSISTENT_REGIONS.map((set) => set.join(', ')).join('; or ');
  const expected = `with ${regions[0]} and ${regions[1]} a set that can have one strongly consistent table: ${sets}`;
  return [{ setting: 'regions.witness', got: regions[2], expected }];
};

const blocksDoNotOverlap: SettingRule = (read) => {
  const [primary, standby] = [read('regions.primary.cidrBlock'), read('regions.standby.cidrBlock')];
  if (!cidrsOverlap(parseCidr(String(primary)), parseCidr(String(standby)))) return [];
  const expected = `a block that does not overlap ${String(primary)} of the primary`;
  return [{ setting: 'regions.standby.cidrBlock', got: standby, expected }];
};

const regionsHaveTheZones: SettingRule = (read) => {
  const zoneCount = read('network.zoneCount');
  const names = new Set([read('regions.primary.name'), read('regions.standby.name')]);
  return [...names].flatMap((name) => {
    const available = Object.hasOwn(REGION_ZONES, String(name)) ? REGION_ZONES[name as RegionName].length : undefined;
    return available !== undefined && typeof zoneCount === 'number' && zoneCount > available
      ? [{ setting: 'network.zoneCount', got: zoneCount, expected: `at most ${available}, the zones that ${name} has` }]
      : [];
  });
};

const databaseHasAFreeName: SettingRule = (read) => {
  const name = read('database.name');
  return RESERVED_DATABASE_NAMES.has(String(name))
    ? [{ setting: 'database.name', got: name, expected: 'a name that PostgreSQL and RDS do not reserve' }]
    : [];
};

const gigabytes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_none, index) => (from + index) * 1_024);

/** Memory in MB that Fargate offers with each CPU [ECS developer guide, task size]. */
const FARGATE_MEMORY_MB: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1_024, 2_048],
  512: gigabytes(1, 4),
  1024: gigabytes(2, 8),
  2048: gigabytes(4, 16),
  4096: gigabytes(8, 30),
};

const taskMemoryFitsItsCpu: SettingRule = (read) => {
  const memoryMb = read('service.memoryMb');
  const offered = FARGATE_MEMORY_MB[Number(read('service.cpuUnits'))];
  if (offered === undefined || typeof memoryMb !== 'number' || offered.includes(memoryMb)) return [];
  return [{ setting: 'service.memoryMb', got: memoryMb, expected: `one of ${offered.join(', ')} MB` }];
};

const taskCountsAreInOrder: SettingRule = (read) => {
  const [least, most] = [read('service.taskCount'), read('service.maximumTaskCount')];
  if (typeof least !== 'number' || typeof most !== 'number' || most >= least) return [];
  return [{ setting: 'service.maximumTaskCount', got: most, expected: `at least ${least}, the fewest tasks` }];
};

const portsDiffer: SettingRule = (read) => {
  const [port, second] = [read('service.port'), read('service.secondPort')];
  if (second === undefined || second !== port) return [];
  return [{ setting: 'service.secondPort', got: second, expected: 'a port other than service.port, or none' }];
};

/** Every rule between settings, each checked whatever the others say. */
export const SETTING_RULES: readonly SettingRule[] = [
  standbyIsAnotherRegion,
  witnessServesNothing,
  databaseHasAFreeName,
  regionsHaveOneTable,
  blocksDoNotOverlap,
  regionsHaveTheZones,
  taskMemoryFitsItsCpu,
  taskCountsAreInOrder,
  portsDiffer,
];
