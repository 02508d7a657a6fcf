export { budget } from './budget/budget-command';
export { drill } from './drill/drill-command';
