export {
  DEFAULT_ENVIRONMENT,
  ENVIRONMENTS_FOLDER,
  environmentNamesAmong,
  environmentNamesIn,
} from './environment-names';
