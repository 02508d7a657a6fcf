import type { TerraformAccount } from '../accounts/terraform-account';

/** Settings of an SDK client for an account. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** @param folder that the account's variables are for; nothing is written there */
export async function clientSettings(account: TerraformAccount, folder: string): Promise<ClientSettings> {
  const variables = await account.environment(folder, { types: [], blocks: [] });
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  const { AWS_SESSION_TOKEN: sessionToken } = variables;
  return {
    ...(account.endpoint === undefined ? {} : { endpoint: account.endpoint }),
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
      : {}),
  };
}
