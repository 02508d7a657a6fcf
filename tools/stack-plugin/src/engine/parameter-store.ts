import type { TerraformAccount } from '../accounts/terraform-account';

/** How long a region is given to answer one call. */
const REGION_ANSWER_MS = 5_000;

/** The parameter stores of an account, one in each region. */
export interface ParameterStore {
  /** All parameters directly below a path, by name without the path. */
  readFolder(path: string, region: string): Promise<Readonly<Record<string, string>>>;
  /** Whether a region answers at all within 5 s, with whatever: a call that it refuses is an answer. */
  answers(path: string, region: string): Promise<boolean>;
}

/** @param folder that the account's variables are for; nothing is written there */
export async function openParameterStore(account: TerraformAccount, folder: string): Promise<ParameterStore> {
  const [{ GetParametersByPathCommand, paginateGetParametersByPath, SSMClient }, variables] = await Promise.all([
    import('@aws-sdk/client-ssm'),
    account.environment(folder, { types: [], blocks: [] }),
  ]);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  const clientOf = (region: string) =>
    new SSMClient({
      region,
      ...(account.endpoint === undefined ? {} : { endpoint: account.endpoint }),
      ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
    });

  return {
    async readFolder(path, region) {
      const values: Record<string, string> = {};
      for await (const page of paginateGetParametersByPath({ client: clientOf(region) }, { Path: path })) {
        for (const { Name = '', Value = '' } of page.Parameters ?? []) values[Name.slice(path.length + 1)] = Value;
      }
      return values;
    },

    async answers(path, region) {
      const abortSignal = AbortSignal.timeout(REGION_ANSWER_MS);
      try {
        await clientOf(region).send(new GetParametersByPathCommand({ Path: path, MaxResults: 1 }), { abortSignal });
        return true;
      } catch (error) {
        const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
        // Without credentials nothing was asked; Terraform says so better.
        if (name === 'CredentialsProviderError') return true;
        return ($metadata?.httpStatusCode ?? 500) < 500;
      }
    },
  };
}
