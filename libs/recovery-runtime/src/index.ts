export { createAwsPorts } from './aws/create-aws-ports';
export { arnInRegion } from './aws/database-proof';
export type { RecoveryPorts, Report } from './ports';
export { OBSERVATION_TIMEOUT_MS, type RecoveryOptions, runRecovery } from './run-recovery';
export { within } from './within';
