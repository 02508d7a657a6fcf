import { Option } from '@dr/command-line';
import { connectSandbox } from '../process/sandbox';
import { accountCommand, homeOf, type MakeSandboxCommand } from './command';

export const automation: MakeSandboxCommand = (context) =>
  accountCommand('automation')
    .summary('Let schedules and health checks run, or stop them')
    .description('Let schedules and health checks run, or stop them; without an option, print whether they run')
    .addOption(new Option('--on', 'Run from now on, until turned off or the process ends').conflicts('off'))
    .option('--off', 'Run no more')
    .action(async ({ on, off, ...options }) => {
      const sandbox = await connectSandbox(homeOf(options, context));
      if (on || off) await sandbox.setAutomation(on === true);
      context.print(`schedules and health checks ${(await sandbox.status()).automated ? 'run' : 'do not run'}`);
    });
