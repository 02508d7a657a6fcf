import { askRunning } from '../process/control-client';
import { SandboxError } from '../process/errors';
import { SandboxHome } from '../process/sandbox-home';
import { type Command, HOME_OPTION, homeOf } from './command';

export const automation: Command = {
  summary: 'Let schedules and health checks run, or stop them; without options, say whether they do',
  options: {
    on: { type: 'boolean', help: 'From now on, until it is turned off or the process ends' },
    off: { type: 'boolean', help: 'No more' },
    home: HOME_OPTION,
  },
  run: async (values, context) => {
    const home = new SandboxHome(homeOf(values, context));
    if (values['on'] === true && values['off'] === true)
      throw new SandboxError('--on and --off: expected one of them.');
    const asked = values['on'] === true ? { on: true } : values['off'] === true ? { on: false } : {};
    const answer = await askRunning(home, 'automation', asked);
    context.print(`schedules and health checks ${answer.on ? 'run' : 'do not run'}`);
    return 0;
  },
};
