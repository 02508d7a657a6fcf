import { dirname, join } from 'node:path';
import { SandboxError } from '../process/errors';
import { SandboxHome } from '../process/sandbox-home';
import { SandboxProcess } from '../process/sandbox-process';
import { type Command, type CommandContext, HOME_OPTION, homeOf, type OptionValues } from './command';

const DEFAULT_PORT = 4577;
const DEFAULT_ACCOUNT = '000000000000';
/** Assumed: AWS says minutes of a managed failover, and a drill need not wait so long [Aurora user guide]. */
const DEFAULT_PROMOTION_SECONDS = 30;

export const serve: Command = {
  summary: 'Run the account in the foreground, until it is interrupted',
  options: {
    home: HOME_OPTION,
    port: { type: 'string', help: `Port of the AWS API, 0 for any free one [DR_SANDBOX_PORT, else ${DEFAULT_PORT}]` },
    account: {
      type: 'string',
      help: `Number of the account, twelve digits [DR_SANDBOX_ACCOUNT, else ${DEFAULT_ACCOUNT}]`,
    },
    automation: { type: 'boolean', help: 'Let schedules and health checks run [DR_SANDBOX_AUTOMATION=on]' },
    'promotion-seconds': {
      type: 'string',
      help: `How long a global database takes to move its writer [DR_SANDBOX_PROMOTION_SECONDS, else ${DEFAULT_PROMOTION_SECONDS}]`,
    },
  },
  run: async (values, context) => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const sandbox = await SandboxProcess.start({
      home: new SandboxHome(homeOf(values, context)),
      port: portOf(values, context),
      accountId: accountOf(values, context),
      functionCommand: [process.execPath, join(dirname(context.program), 'services/lambda/run-function.js')],
      automated: values['automation'] === true || context.environment['DR_SANDBOX_AUTOMATION'] === 'on',
      promotionMs: promotionSecondsOf(values, context) * 1_000,
      onDefect: (text) => context.print(`${new Date().toISOString()} ${text}`),
      onStopRequested: end,
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    const { pid, endpoint, home } = sandbox.status;
    context.print(`sandbox account ready: process ${pid}, ${endpoint}, kept in ${home}`);
    await ended;
    await sandbox.close();
    return 0;
  },
};

function portOf(values: OptionValues, { environment }: CommandContext): number {
  const given = String(values['port'] ?? environment['DR_SANDBOX_PORT'] ?? DEFAULT_PORT);
  if (!/^\d+$/.test(given) || Number(given) > 65_535) throw SandboxError.badPort(given);
  return Number(given);
}

function accountOf(values: OptionValues, { environment }: CommandContext): string {
  const given = String(values['account'] ?? environment['DR_SANDBOX_ACCOUNT'] ?? DEFAULT_ACCOUNT);
  if (!/^\d{12}$/.test(given)) throw SandboxError.badAccount(given);
  return given;
}

function promotionSecondsOf(values: OptionValues, { environment }: CommandContext): number {
  const given = String(
    values['promotion-seconds'] ?? environment['DR_SANDBOX_PROMOTION_SECONDS'] ?? DEFAULT_PROMOTION_SECONDS,
  );
  if (!/^\d{1,4}(\.\d+)?$/.test(given) || Number(given) > 3_600) throw SandboxError.badPromotionSeconds(given);
  return Number(given);
}
