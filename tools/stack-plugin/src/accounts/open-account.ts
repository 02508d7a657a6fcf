import { backendOfEmulator, unknownValue } from '../errors';
import { sandboxProgram } from '../platform-tools';
import { awsAccount } from './aws-account';
import { emulatorAccount } from './emulator-account';
import { sandboxAccount } from './sandbox-account';
import { refuseShellVariables } from './shell-variables';
import {
  ACCOUNT_NAMES,
  type AccountName,
  type Backend,
  localBackendOverride,
  type TerraformAccount,
} from './terraform-account';

export { type Destination, withDestination } from './destination';
export { UserError } from '../errors';
export { ACCOUNT_NAMES, type Backend, type TerraformAccount } from './terraform-account';

/**
 * The account of that name, ready for Terraform.
 *
 * @param say receives progress: that the sandbox was started, and how to stop it
 * @param backend where states are, other than the account has them by itself
 * @throws UserError for a name that is none, variables that lead elsewhere, or an account that is not ready
 */
export async function openAccount(
  name: string,
  workspaceRoot: string,
  say: (text: string) => void,
  backend?: Backend,
): Promise<TerraformAccount> {
  if (!isAccountName(name)) throw unknownValue('account', name, ACCOUNT_NAMES);
  refuseShellVariables(name, process.env);
  switch (name) {
    case 'sandbox': {
      const program = sandboxProgram(workspaceRoot);
      const onStarted = ({ pid, endpoint }: { readonly pid: number; readonly endpoint: string }) =>
        say(`sandbox account started: process ${pid}, ${endpoint}. Stop it with: ${program.stopCommand}`);
      return sandboxAccount(program, workspaceRoot, process.env, onStarted, backend);
    }
    case 'emulator':
      if (backend === 's3') throw backendOfEmulator();
      return emulatorAccount(process.env);
    case 'aws':
      return backend === 'local' ? { ...awsAccount, override: localBackendOverride } : awsAccount;
  }
}

function isAccountName(name: string): name is AccountName {
  return (ACCOUNT_NAMES as readonly string[]).includes(name);
}
