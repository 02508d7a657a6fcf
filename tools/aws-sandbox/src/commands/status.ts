import { askSandbox } from '../process/control-client';
import { SandboxHome } from '../process/sandbox-home';
import { type Command, HOME_OPTION, homeOf } from './command';

const NOT_RUNNING = 3;

export const status: Command = {
  summary: `Say whether a sandbox is running and what it holds; exit status ${NOT_RUNNING} when none is`,
  options: { home: HOME_OPTION, json: { type: 'boolean', help: 'As JSON' } },
  run: async (values, context) => {
    const home = homeOf(values, context);
    const found = await askSandbox(new SandboxHome(home).controlSocket, 'status', undefined);
    if (values['json'] === true) {
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
    return found === undefined ? NOT_RUNNING : 0;
  },
};
