import { unknownAccount } from '../errors';
import { awsAccount } from './aws-account';
import { emulatorAccount } from './emulator-account';
import { sandboxAccount } from './sandbox-account';
import { ACCOUNT_NAMES, type TerraformAccount } from './terraform-account';

/**
 * The account of that name, ready for Terraform.
 *
 * @param say told what happened on the way: that the sandbox was started, and how to stop it
 * @throws UserError for a name that is none, or an account that is not ready
 */
export async function openAccount(
  name: string,
  workspaceRoot: string,
  say: (text: string) => void,
): Promise<TerraformAccount> {
  switch (name) {
    case 'sandbox':
      return sandboxAccount(workspaceRoot, process.env, ({ pid, endpoint }) =>
        say(`sandbox account started: process ${pid}, ${endpoint}. Stop it with: npx nx run aws-sandbox:stop`),
      );
    case 'emulator':
      return emulatorAccount(process.env);
    case 'aws':
      return awsAccount;
    default:
      throw unknownAccount(name, ACCOUNT_NAMES);
  }
}
