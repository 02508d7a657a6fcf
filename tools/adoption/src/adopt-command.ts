import { Command, type MakeCommand } from '@dr/command-line';

const each = (value: string, others: readonly string[]) => [...others, value];

/** `stacks adopt` */
export const adopt: MakeCommand = (context) =>
  new Command('adopt')
    .summary("Make the workspace a company's own: platform, accounts, domains, regions, owners, repository")
    .description(
      "Make the workspace a company's own, before its first deploy. Writes what is given into its one source, and anew what " +
        'follows from it; every environment but local, the fixture of the tests. Typed again, it changes nothing.',
    )
    .option('--platform <name>', 'First part of every resource name and parameter path')
    .option('--repository <organization/name>', 'Repository of GitHub whose workflows deploy, and whose teams own')
    .option('--account <environment=id>', 'Account of an environment; once for each', each, [])
    .option('--domain <environment=name>', "Domain of an environment's hosted zone; once for each", each, [])
    .option('--regions <primary,standby,witness>', 'Regions of every environment')
    .option('--owner <stack=team>', 'Team that owns a stack, or bootstrap; once for each', each, [])
    .option('--dry-run', 'List what it would change, and change nothing')
    .option('--force', 'Also where the work tree has changes that no commit holds')
    .action(async (options) => {
      // TypeScript and Nx's devkit: no other command needs them.
      const { adoptWorkspace } = await import('./adopt-workspace');
      await adoptWorkspace(options, context);
    });
