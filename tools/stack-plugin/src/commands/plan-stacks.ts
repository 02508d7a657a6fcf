import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandContext, CommandError } from '@dr/command-line';
import { type Destination, optionsOf } from '../accounts/destination';
import { type PlanReport, readReport } from '../engine/plan-report';
import { runNx } from '../nx-process';

/**
 * Plans stacks by their targets, without locks, as a role that may only read has to; what Nx prints is said.
 *
 * @param choice of the stacks, as Nx takes it: `['affected', '--base=main']`
 * @returns undefined where no stack is chosen
 * @throws CommandError with what was said where there is no plan of any state
 */
export async function planStacks(
  destination: Destination,
  choice: readonly [command: 'run-many' | 'affected', ...options: readonly string[]],
  { workspaceRoot, say }: Pick<CommandContext, 'workspaceRoot' | 'say'>,
): Promise<PlanReport | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'dr-plan-'));
  const file = join(folder, 'plan.json');
  const [command, ...options] = choice;
  const args = [command, '-t', 'plan', ...options, ...optionsOf(destination).split(' '), '--lock=false'];
  try {
    const { status, output } = await runNx(workspaceRoot, [...args, `--json=${file}`, '--output-style=stream'], say);
    if (existsSync(file)) return await readReport(file);
    if (status === 0) return undefined;
    throw new CommandError(`${destination.environment}: the stacks cannot be planned.\n${output.trim()}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
