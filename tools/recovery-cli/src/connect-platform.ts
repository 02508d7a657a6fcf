import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { loadEnvironment, parameterRootOf } from '@dr/environments';
import { parseControllerEnvironment, type RecoverySettings, type RecoveryTargets } from '@dr/recovery';
import { createAwsPorts, type RecoveryPorts, type Report } from '@dr/recovery-runtime';
import { openAccount, type TerraformAccount } from '@dr/stack-plugin/accounts';
import { CommandError } from './errors';

/** A deployed platform, as seen from the standby's region: nothing here waits for the primary. */
export interface Platform {
  readonly environment: string;
  readonly settings: RecoverySettings;
  readonly targets: RecoveryTargets;
  readonly ports: RecoveryPorts;
  /** Who calls, as AWS names them. */
  readonly caller: string;
}

export interface ConnectOptions {
  readonly environment: string;
  /** `sandbox`, `emulator` or `aws`. */
  readonly account: string;
  readonly workspaceRoot: string;
  /** Told what happened on the way. */
  readonly say: (text: string) => void;
  /** Told what the recovery loop did. */
  readonly report: Report;
}

/** Longest wait for each call on the way in, ms. */
const CALL_TIMEOUT_MS = 10_000;

/**
 * Reads the failover controller's own variables in the standby's region: a command acts on what the controller acts on,
 * by the settings that were deployed.
 *
 * @throws CommandError where nothing is deployed there, or the region does not answer
 * @throws UserError where variables of the shell would lead to another account
 */
export async function connectPlatform({
  environment: name,
  account: accountName,
  workspaceRoot,
  say,
  report,
}: ConnectOptions): Promise<Platform> {
  const environment = loadEnvironment(name);
  say(`environment ${name}, account ${accountName}`);
  const account = await openAccount(accountName, workspaceRoot, say);
  const variables = await account.environment(workspaceRoot, { types: [], blocks: [] });
  pointSdkAt(account, variables, process.env);
  account.enterNetwork();

  const region = environment.regions.standby.name;
  const client = { region, maxAttempts: 2 };
  const parameter = `${parameterRootOf(environment)}/${region}/failover-controller/function-name`;
  const found = await ask(region, `parameter ${parameter}`, (abortSignal) =>
    new SSMClient(client).send(new GetParameterCommand({ Name: parameter }), { abortSignal }),
  );
  const functionName = found.Parameter?.Value ?? '';
  const configuration = await ask(region, `function ${functionName}`, (abortSignal) =>
    new LambdaClient(client).send(new GetFunctionConfigurationCommand({ FunctionName: functionName }), { abortSignal }),
  );
  const identity = await ask(region, 'the identity of the caller', (abortSignal) =>
    new STSClient(client).send(new GetCallerIdentityCommand({}), { abortSignal }),
  );
  const { settings, targets } = parseControllerEnvironment(configuration.Environment?.Variables ?? {});
  const ports = createAwsPorts(targets, settings, { report, measure: () => undefined });
  return { environment: name, settings, targets, ports, caller: identity.Arn ?? 'unknown' };
}

/** Variables by which the SDK would pass by the endpoint or the credentials of an account. */
const PASSING_BY = /^AWS_(ENDPOINT_URL_.+|IGNORE_CONFIGURED_ENDPOINT_URLS|PROFILE)$/;

/**
 * Sets the variables that the SDK's clients take an account from, those of the recovery's ports too. For an account
 * with an endpoint those of the shell that come before it are taken out.
 */
export function pointSdkAt(
  { endpoint }: Pick<TerraformAccount, 'endpoint'>,
  variables: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv,
): void {
  for (const name of Object.keys(environment)) {
    if (endpoint !== undefined && PASSING_BY.test(name)) delete environment[name];
  }
  for (const [name, value] of Object.entries(variables)) if (name.startsWith('AWS_')) environment[name] = value;
}

async function ask<Answer>(
  region: string,
  what: string,
  call: (abortSignal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call(AbortSignal.timeout(CALL_TIMEOUT_MS));
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ParameterNotFound') {
      throw new CommandError(
        `${region}: ${what} is not there, expected it of a deployed platform. Deploy compute first.`,
      );
    }
    const problem = name === 'AbortError' || name === 'TimeoutError' ? 'no answer within 10 s' : `${name}: ${message}`;
    throw new CommandError(
      `${region}: reading ${what} failed: ${problem}. Commands work from the standby's region: check it, and your credentials.`,
    );
  }
}
