export { type Cidr, cidrsOverlap, formatCidr, parseCidr, subdivideCidr } from './cidr';
export {
  type Environment,
  type EnvironmentSettings,
  environmentSchema,
  type ServingRegion,
  type SettingMeta,
} from './environment';
export { InvalidEnvironmentError, type SettingProblem, UnknownEnvironmentError } from './errors';
export { environmentNames, loadEnvironment } from './load-environment';
export { parseEnvironment } from './parse-environment';
export { REGION_NAMES, REGION_ZONES, type RegionName, zonesOf } from './region-catalog';
