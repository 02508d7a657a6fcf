export { budget } from './budget/budget-command';
export { drill } from './drill/drill-command';
export { canHappen } from './scenario/live-world';
export { scenario } from './scenario/scenario-command';
export type { ScenarioResult } from './scenario/scenario-result';
