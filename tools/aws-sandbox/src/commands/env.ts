import { resolve } from 'node:path';
import { commandLine } from '../model/command-line';
import { DEFAULT_REGION } from '../model/regions';
import { startSandbox } from '../process/sandbox';
import { type Command, HOME_OPTION, homeOf } from './command';

export const env: Command = {
  summary:
    'Print the variables that point terraform, tofu, aws and SDKs at the account, which is started if need be.\n' +
    `Use: eval "$(${commandLine('env')} | grep -E '^(export|unset) ')"`,
  options: {
    home: HOME_OPTION,
    folder: { type: 'string', help: 'Folder that Terraform will run in [here]' },
    types: { type: 'string', help: 'Types that are used, comma-separated: a faster start [all]' },
    blocks: { type: 'string', help: 'Nested blocks that are used, comma-separated: faster plans [all]' },
  },
  run: async (values, context) => {
    const home = homeOf(values, context);
    const sandbox = await startSandbox({ home, program: context.program });
    // A comment to the shell that evaluates this.
    if (sandbox.started) context.print(`# sandbox account started: process ${sandbox.pid}, ${sandbox.endpoint}`);
    const workFolder = resolve(context.folder, String(values['folder'] ?? '.'));
    const variables = {
      ...(await sandbox.env({
        workFolder,
        types: namesIn(values['types']),
        blocks: namesIn(values['blocks']),
      })),
      AWS_REGION: DEFAULT_REGION,
      AWS_DEFAULT_REGION: DEFAULT_REGION,
      // No role of this machine may come in between.
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    for (const [name, value] of Object.entries(variables))
      context.print(`export ${name}='${value.replaceAll("'", `'\\''`)}'`);
    // These would come before the credentials above, or be sent along with them.
    context.print('unset AWS_PROFILE AWS_SESSION_TOKEN');
    return 0;
  },
};

function namesIn(option: unknown): readonly string[] | 'all' {
  return typeof option === 'string' ? option.split(',').filter((name) => name !== '') : 'all';
}
