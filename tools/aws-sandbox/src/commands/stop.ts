import { stopSandbox } from '../process/stop-sandbox';
import { type Command, HOME_OPTION, homeOf } from './command';

export const stop: Command = {
  summary: 'End the running sandbox; the account stays as it is',
  options: { home: HOME_OPTION },
  run: async (values, context) => {
    const home = homeOf(values, context);
    const pid = await stopSandbox(home);
    context.print(pid === undefined ? `${home}: no sandbox is running` : `${home}: sandbox stopped (process ${pid})`);
    return 0;
  },
};
