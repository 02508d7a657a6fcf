import { dirname, join } from 'node:path';
import { SandboxError } from '../process/errors';
import { USUAL_PORT } from '../process/listen-on-port';
import { homeFolder } from '../process/sandbox';
import { SandboxHome } from '../process/sandbox-home';
import { SandboxProcess } from '../process/sandbox-process';
import { accountCommand, type MakeSandboxCommand } from './command';

const DEFAULT_ACCOUNT = '000000000000';
/** Assumed: AWS states minutes for a managed failover; a drill need not wait that long [Aurora user guide]. */
const DEFAULT_PROMOTION_SECONDS = '30';

export const serve: MakeSandboxCommand = (context) =>
  accountCommand('serve')
    .description('Run the account in the foreground, until it is interrupted')
    .option(
      '--port <number>',
      `Port of the AWS API, 0 for any free one (default: DR_SANDBOX_PORT, else ${USUAL_PORT}, or any free one where that is taken)`,
    )
    .option(
      '--account <number>',
      `Number of the account, twelve digits (default: DR_SANDBOX_ACCOUNT, else ${DEFAULT_ACCOUNT})`,
    )
    .option('--automation', 'Let schedules and health checks run (default: DR_SANDBOX_AUTOMATION=on)')
    .option(
      '--promotion-seconds <seconds>',
      `How long a global database takes to move its writer (default: DR_SANDBOX_PROMOTION_SECONDS, else ${DEFAULT_PROMOTION_SECONDS})`,
    )
    .action(async ({ port, account, automation, promotionSeconds, home }) => {
      const { variables } = context;
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => (end = resolve));
      const sandbox = await SandboxProcess.start({
        home: new SandboxHome(homeFolder(home, variables)),
        port: portOf(port ?? variables['DR_SANDBOX_PORT']),
        accountId: accountOf(account ?? variables['DR_SANDBOX_ACCOUNT'] ?? DEFAULT_ACCOUNT),
        functionCommand: [process.execPath, join(dirname(context.program), 'services/lambda/run-function.js')],
        taskCommand: [process.execPath, join(dirname(context.program), 'services/ecs/tasks/run-task.js')],
        automated: automation ?? variables['DR_SANDBOX_AUTOMATION'] === 'on',
        promotionMs:
          promotionSecondsOf(
            promotionSeconds ?? variables['DR_SANDBOX_PROMOTION_SECONDS'] ?? DEFAULT_PROMOTION_SECONDS,
          ) * 1_000,
        fsync: variables['DR_SANDBOX_FSYNC'] === 'on',
        onDefect: (text) => context.print(`${new Date().toISOString()} ${text}`),
        onStopRequested: end,
      });
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
      const { pid, endpoint, home: kept } = sandbox.status;
      context.print(`sandbox account ready: process ${pid}, ${endpoint}, kept in ${kept}`);
      await ended;
      await sandbox.close();
    });

function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (!/^\d+$/.test(given) || Number(given) > 65_535) throw SandboxError.badPort(given);
  return Number(given);
}

function accountOf(given: string): string {
  if (!/^\d{12}$/.test(given)) throw SandboxError.badAccount(given);
  return given;
}

function promotionSecondsOf(given: string): number {
  if (!/^\d{1,4}(\.\d+)?$/.test(given) || Number(given) > 3_600) throw SandboxError.badPromotionSeconds(given);
  return Number(given);
}
