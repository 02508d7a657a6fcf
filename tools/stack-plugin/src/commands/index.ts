export { base } from './base';
export { deployed } from './deployed';
export { destroyOrphan } from './destroy-orphan';
export { drift } from './drift';
export { driftOf } from '../engine/drift';
export { statesOf } from '../engine/run';
export { git, readWorkTree } from '../records/work-tree';
export { openEnvironment } from './open-environment';
export { history } from './history';
export { move } from './move';
export { synthesizeStacks } from './nx';
export { planStacks } from './plan-stacks';
export { accountOption, destinationOf, environmentOption } from './options';
export { reconcile } from './reconcile';
export { synthesizeFolder } from './synthesize-folder';
export type { PlanReport } from '../engine/plan-report';
export { PLAN_REPORT } from '../engine/plan-report-schema';
export {
  code,
  fenced,
  type CommentPart,
  fitComment,
  headed,
  reportParts,
  reportSummary,
  table,
} from '../engine/report-markdown';
