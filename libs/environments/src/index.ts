export {
  type ChangeEffect,
  type Environment,
  type EnvironmentSettings,
  environmentSchema,
  type ServingRegion,
  type SettingMeta,
} from './environment';
export { InvalidEnvironmentError, type SettingProblem, UnknownEnvironmentError } from './errors';
export { lastingSettings } from './lasting-settings';
export { listSettings, type Setting } from './list-settings';
export { environmentNames, loadEnvironment } from './load-environment';
export { parseEnvironment } from './parse-environment';
export { REGION_NAMES, REGION_ZONES, type RegionName, zonesOf } from './region-catalog';
export { serviceNameOf } from './service-name';
export { settingsPage } from './settings-page';
