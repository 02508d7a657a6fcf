import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { AccountFiles } from '../account/account-files';
import { AccountLock } from '../account/account-lock';
import { CodeStore } from '../account/code-store';
import { askSandbox } from '../process/control-client';
import { SandboxError } from '../process/errors';
import { SandboxHome } from '../process/sandbox-home';
import { accountCommand, homeOf, type MakeSandboxCommand } from './command';
import { findTerraformStates } from './find-terraform-states';

export const reset: MakeSandboxCommand = (context) =>
  accountCommand('reset')
    .summary('Empty the account, with the Terraform states that it keeps')
    .description(
      'Empty the account, running or not, with the Terraform states that it keeps; refused while states elsewhere refer to it',
    )
    .option('--states <folder>', 'Folder with other Terraform states (default: DR_DEPLOYMENTS, else .deployments)')
    .option('--force', 'Empty it none the less', false)
    .action(async ({ states: folder, force, ...options }) => {
      const home = new SandboxHome(homeOf(options, context));
      const states = resolve(folder ?? context.variables['DR_DEPLOYMENTS'] ?? '.deployments');
      const remaining = force ? [] : findTerraformStates(states);
      if (remaining.length > 0) {
        throw SandboxError.statesRefer(
          remaining.map(
            ({ file, resources }) => `${file} (${resources} ${resources === 1 ? 'resource' : 'resources'})`,
          ),
        );
      }
      const answer = await askSandbox(home.controlSocket, 'reset', undefined);
      if (answer === undefined) emptyFolder(home.folder);
      // After the account: states that are left over find nothing and are planned anew, resources that are left over not.
      rmSync(home.states, { recursive: true, force: true });
      const removed = answer === undefined ? '' : `, ${answer.removed} resources removed`;
      context.print(`${home.folder}: the account is empty, and keeps no Terraform state${removed}`);
    });

/** Empties the account without reading it, so that a damaged one is emptied too. */
function emptyFolder(home: string): void {
  const lock = AccountLock.take(home);
  new AccountFiles(home).clear();
  new CodeStore(home).clear();
  lock.release();
}
