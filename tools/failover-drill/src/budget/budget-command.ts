import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command, type CommandContext, type MakeCommand } from '@dr/command-line';
import { loadEnvironment } from '@dr/environments';
import { assessObjectives, readRecoveryFacts, sumBudget } from '@dr/recovery';
import { environmentOption } from '@dr/recovery-cli';
import { synthesizeStates } from '../synthesized-states';
import { drawBudget } from './draw-budget';
import { formatBudget } from './format-budget';
import { readMeasuredDrill } from './measured-drill';

/** `stacks budget` */
export const budget: MakeCommand = (context) =>
  new Command('budget')
    .summary('Print what the loss of the primary region costs, and whether that meets the objectives')
    .description(
      'Print what the loss of the primary region costs, tier by tier, summed from the synthesized Terraform, and whether ' +
        'that meets the objectives. Where a drill of the environment was run, its figures stand beside. Exits with 1 ' +
        'where an objective is missed.',
    )
    .addOption(environmentOption())
    .option('--output <file>', 'File of the chart (default: dist/failover-drill/budget-<environment>.svg)')
    .action(async ({ environment, output }) => context.endWith(await runBudget(environment, output, context)));

/** @returns the exit status: 1 when an objective is missed. @throws CommandError, and the errors of the libraries it uses */
async function runBudget(
  name: string,
  output: string | undefined,
  { workspaceRoot, folder, print, say }: CommandContext,
): Promise<number> {
  const environment = loadEnvironment(name);
  say(`environment ${name}, no account: synthesizing all stacks`);
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
