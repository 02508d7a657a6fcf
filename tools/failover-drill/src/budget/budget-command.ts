import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadEnvironment } from '@dr/environments';
import { assessObjectives, readRecoveryFacts, sumBudget } from '@dr/recovery';
import { type CommandContext, parseCommandOptions } from '@dr/recovery-cli';
import { synthesizeStates } from '../synthesized-states';
import { drawBudget } from './draw-budget';
import { formatBudget } from './format-budget';
import { readMeasuredDrill } from './measured-drill';

export const BUDGET_HELP = `npx nx run failover-drill:budget
Say what the loss of the primary region costs, tier by tier, and whether that meets the objectives. Where a drill of
the environment was run, its figures stand beside.

  --environment <name>  Environment whose stacks are synthesized [local]
  --output <file>       Where the chart goes [dist/failover-drill/budget-<environment>.svg]
  --help                Say this`;

/** @returns the exit status: 1 when an objective is missed. @throws CommandError, and the errors of the libraries it uses */
export async function runBudget(
  args: readonly string[],
  { workspaceRoot, folder, print }: CommandContext,
): Promise<number> {
  const {
    environment: name,
    output,
    help,
  } = parseCommandOptions('budget', args, {
    environment: { type: 'string', default: 'local' },
    output: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (help) {
    print(BUDGET_HELP);
    return 0;
  }
  const environment = loadEnvironment(name);
  print(`${name}: synthesizing all stacks`);
  const states = await synthesizeStates(workspaceRoot, name);
  const budget = sumBudget(readRecoveryFacts(name, states));
  const problems = assessObjectives(
    name,
    `libs/environments/src/environments/${name}.ts`,
    budget,
    environment.objectives,
  );

  const drill = readMeasuredDrill(join(workspaceRoot, `dist/failover-drill/drill-${name}.json`));

  const chart =
    output === undefined ? join(workspaceRoot, `dist/failover-drill/budget-${name}.svg`) : resolve(folder, output);
  mkdirSync(dirname(chart), { recursive: true });
  writeFileSync(chart, drawBudget(name, budget, environment.objectives, drill));
  print(`\n${formatBudget(budget, environment.objectives, drill)}\n`);
  print(`Chart: ${chart}`);
  for (const problem of problems) print(problem);
  return problems.length > 0 ? 1 : 0;
}
