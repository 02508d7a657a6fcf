import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import type { AccountSettings } from '../accounts/terraform-account';
import { synthFolderOf } from './folders';

/** What the settings say of the account, by the provider of a synthesized state. */
export function accountSettings(workspaceRoot: string, [manifest]: readonly StateManifest[]): AccountSettings {
  const { environment, stack, states } = manifest as StateManifest;
  const { folder, region } = states[0] as StateManifest['states'][number];
  const file = join(synthFolderOf(workspaceRoot, environment), stack, folder, 'cdk.tf.json');
  const { provider } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly provider: { readonly aws: readonly { readonly allowed_account_ids: readonly string[] }[] };
  };
  return { environment, region, accountId: provider.aws[0]?.allowed_account_ids[0] ?? '' };
}
