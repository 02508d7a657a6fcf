import { askSandbox } from '../process/control-client';
import { SandboxHome } from '../process/sandbox-home';
import { accountCommand, homeOf, type MakeSandboxCommand } from './command';

const NOT_RUNNING = 3;

export const status: MakeSandboxCommand = (context) =>
  accountCommand('status')
    .summary('Print whether a sandbox is running and what it holds')
    .description(
      `Print whether a sandbox is running and what it holds. Exits with ${NOT_RUNNING} where none is running.`,
    )
    .option('--json', 'As JSON', false)
    .action(async ({ json, ...options }) => {
      const home = homeOf(options, context);
      const found = await askSandbox(new SandboxHome(home).controlSocket, 'status', undefined);
      if (json) {
        context.print(JSON.stringify(found ?? null, null, 2));
      } else if (found === undefined) {
        context.print(`${home}: no sandbox is running`);
      } else {
        context.print(
          `${found.home}: process ${found.pid} since ${found.startedAt}, ${found.endpoint}, account ${found.accountId}, ${found.memoryMb} MB`,
        );
        for (const [type, count] of Object.entries(found.byType).sort())
          if (count > 0) context.print(`  ${String(count).padStart(6)} ${type}`);
        context.print(`  ${String(found.resources).padStart(6)} resources`);
      }
      if (found === undefined) context.endWith(NOT_RUNNING);
    });
