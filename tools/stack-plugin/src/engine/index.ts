/** Parts of the engine that the workspace's own suites run in process. */
export { importKindOf, kindOfArn, KNOWN_TYPES } from './import-kinds';
export type { RunMode } from './run';
export { runStacks } from './run-stacks';
export { type Reconciliation, reconcileState } from './reconcile-state';
export { keptStateFile } from './state-file';
export { EMPTY_PLAN, openReconciliation, openState, type StateRunOptions } from './state-run';
