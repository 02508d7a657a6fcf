import { connectSandbox } from '../process/sandbox';
import { accountCommand, homeOf, type MakeSandboxCommand } from './command';

export const push: MakeSandboxCommand = (context) =>
  accountCommand('push')
    .summary('Put a folder into the account as an image, which tasks run from then on')
    .description(
      'Put a folder with a Node.js program into a repository of the account, and into those that it replicates to; tasks of the image run the program',
    )
    .argument('<image>', 'Name of the image: <repository_url>:<tag>')
    .argument('<folder>', 'Folder with the program')
    .option('--entry <file>', 'File that node is started with (default: main.js)')
    .action(async (image, folder, { entry, ...options }) => {
      const sandbox = await connectSandbox(homeOf(options, context));
      const regions = await sandbox.pushImage(image, folder, entry);
      context.print(`${image}: in ${regions.join(' and ')}`);
    });
