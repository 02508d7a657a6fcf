import { noCredentials, noIdentity, otherAccount } from '../errors';

/** Identity that calls AWS. */
export interface AwsIdentity {
  /** Twelve digits. */
  readonly accountId: string;
  readonly arn: string;
}

const ANSWER_TIMEOUT_MS = 10_000;

/** Asks AWS whose credentials those of the shell are. */
export async function askIdentity(region: string): Promise<AwsIdentity> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ region, maxAttempts: 2 });
  const { Account: accountId = '', Arn: arn = '' } = await client.send(new GetCallerIdentityCommand({}), {
    abortSignal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  return { accountId, arn };
}

/**
 * The credentials' account, which has to be that of the environment.
 *
 * @param expected twelve digits, of the environment's settings
 * @throws UserError where there are none, AWS refuses them or does not answer, or they are of another account
 */
export async function confirmIdentity(
  environment: string,
  expected: string,
  region: string,
  ask: (region: string) => Promise<AwsIdentity> = askIdentity,
): Promise<AwsIdentity> {
  const identity = await ask(region).catch((error: unknown) => {
    const { name, message } = error as Error;
    if (name === 'CredentialsProviderError') throw noCredentials(environment, expected);
    const isLate = name === 'TimeoutError' || name === 'AbortError';
    throw noIdentity(environment, expected, region, isLate ? 'no answer within 10 s' : `${name}: ${message}`);
  });
  if (identity.accountId !== expected) throw otherAccount(environment, expected, identity);
  return identity;
}
