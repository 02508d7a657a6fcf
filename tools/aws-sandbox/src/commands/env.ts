import { resolve } from 'node:path';
import { commandLine } from '../model/command-line';
import { DEFAULT_REGION } from '../model/regions';
import { startSandbox } from '../process/sandbox';
import { accountCommand, homeOf, type MakeSandboxCommand } from './command';

export const env: MakeSandboxCommand = (context) =>
  accountCommand('env')
    .summary('Print the variables that point terraform, tofu, aws and SDKs at the account')
    .description(
      'Print the variables that point terraform, tofu, aws and SDKs at the account, which is started if need be.\n' +
        `Use: eval "$(${commandLine('env')} | grep -E '^(export|unset) ')"`,
    )
    .option('--folder <folder>', 'Folder that Terraform will run in (default: this one)')
    .option('--types <names>', 'Types that are used, comma-separated: a faster start (default: all)')
    .option('--blocks <names>', 'Nested blocks that are used, comma-separated: faster plans (default: all)')
    .action(async ({ folder, types, blocks, ...options }) => {
      const home = homeOf(options, context);
      const sandbox = await startSandbox({ home, program: context.program });
      // A comment to the shell that evaluates this.
      if (sandbox.started) context.print(`# sandbox account started: process ${sandbox.pid}, ${sandbox.endpoint}`);
      const workFolder = resolve(context.folder, folder ?? '.');
      const variables = {
        ...(await sandbox.env({
          workFolder,
          types: namesIn(types),
          blocks: namesIn(blocks),
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
    });

function namesIn(option: string | undefined): readonly string[] | 'all' {
  return option !== undefined ? option.split(',').filter((name) => name !== '') : 'all';
}
