/**
 * All parameters directly below a path in one region's store, by name without the path.
 *
 * @param endpoint of the account, or undefined for AWS
 * @param variables of the account, for credentials
 */
export async function readParameters(
  path: string,
  region: string,
  endpoint: string | undefined,
  variables: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const { paginateGetParametersByPath, SSMClient } = await import('@aws-sdk/client-ssm');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  const client = new SSMClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
  });
  const values: Record<string, string> = {};
  for await (const page of paginateGetParametersByPath({ client }, { Path: path })) {
    for (const { Name = '', Value = '' } of page.Parameters ?? []) values[Name.slice(path.length + 1)] = Value;
  }
  return values;
}
