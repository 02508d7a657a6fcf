import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountSettings } from '../accounts/terraform-account';
import { synthFolderOf } from './folders';
import type { RunState } from './run';

/** Reads the settings of the account from the provider of a synthesized state. */
export function accountSettings(
  workspaceRoot: string,
  environment: string,
  { stack, entry: { folder, region } }: RunState,
): AccountSettings {
  const file = join(synthFolderOf(workspaceRoot, environment), stack, folder, 'cdk.tf.json');
  const { provider } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly provider: { readonly aws: readonly { readonly allowed_account_ids: readonly string[] }[] };
  };
  return { environment, region, accountId: provider.aws[0]?.allowed_account_ids[0] ?? '' };
}
