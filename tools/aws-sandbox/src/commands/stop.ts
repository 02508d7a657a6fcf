import { stopSandbox } from '../process/stop-sandbox';
import { accountCommand, homeOf, type MakeSandboxCommand } from './command';

export const stop: MakeSandboxCommand = (context) =>
  accountCommand('stop')
    .description('End the running sandbox; the account stays as it is')
    .action(async (options) => {
      const home = homeOf(options, context);
      const pid = await stopSandbox(home);
      context.print(pid === undefined ? `${home}: no sandbox is running` : `${home}: sandbox stopped (process ${pid})`);
    });
