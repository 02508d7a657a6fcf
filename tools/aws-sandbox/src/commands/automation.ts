import { SandboxError } from '../process/errors';
import { connectSandbox } from '../process/sandbox';
import { type Command, HOME_OPTION, homeOf } from './command';

export const automation: Command = {
  summary: 'Let schedules and health checks run, or stop them; without options, say whether they do',
  options: {
    on: { type: 'boolean', help: 'From now on, until it is turned off or the process ends' },
    off: { type: 'boolean', help: 'No more' },
    home: HOME_OPTION,
  },
  run: async (values, context) => {
    if (values['on'] === true && values['off'] === true)
      throw new SandboxError('--on and --off: expected one of them.');
    const sandbox = await connectSandbox(homeOf(values, context));
    if (values['on'] === true || values['off'] === true) await sandbox.setAutomation(values['on'] === true);
    context.print(`schedules and health checks ${(await sandbox.status()).automated ? 'run' : 'do not run'}`);
    return 0;
  },
};
