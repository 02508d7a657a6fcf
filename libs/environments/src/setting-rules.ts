import { cidrsOverlap, parseCidr } from '@dr/cidr';
import type { SettingProblem } from './errors';
import { REGION_ZONES, type RegionName } from './region-catalog';

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

/** Fargate offers memory of twice to eight times the CPU, in steps that AWS checks [ECS developer guide, task size]. */
const taskMemoryFitsItsCpu: SettingRule = (read) => {
  const [cpuUnits, memoryMb] = [read('service.cpuUnits'), read('service.memoryMb')];
  if (typeof cpuUnits !== 'number' || typeof memoryMb !== 'number') return [];
  return memoryMb < 2 * cpuUnits || memoryMb > 8 * cpuUnits
    ? [{ setting: 'service.memoryMb', got: memoryMb, expected: `from ${2 * cpuUnits} to ${8 * cpuUnits} MB` }]
    : [];
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
  blocksDoNotOverlap,
  regionsHaveTheZones,
  taskMemoryFitsItsCpu,
  taskCountsAreInOrder,
  portsDiffer,
];
