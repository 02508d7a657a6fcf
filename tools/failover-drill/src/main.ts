import { runProgram } from '@dr/recovery-cli';
import { BUDGET_HELP, runBudget } from './budget/budget-command';
import { DRILL_HELP, runDrill } from './drill/drill-command';

runProgram({
  budget: { help: BUDGET_HELP, run: runBudget },
  drill: { help: DRILL_HELP, run: runDrill },
});
