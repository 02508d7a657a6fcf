/** Parts of the engine that the workspace's own suites run in process. */
export { type AllowedChange, readAllowedEntries } from './allowed-changes';
export { importKindOf, kindOfArn, KNOWN_TYPES } from './import-kinds';
export { readReport } from './plan-report';
export type { RunMode, RunStacksOptions } from './run';
export { runStacks } from './run-stacks';
export { type Reconciliation, reconcileState } from './reconcile-state';
export { keptStateFile } from './state-file';
export { EMPTY_PLAN, openReconciliation, openState, type StateRunOptions } from './state-run';
