import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CommandError } from '@dr/command-line';
import { failoverControllerContract } from '@dr/compute/contract';
import { type Environment, loadEnvironment } from '@dr/environments';
import { parseControllerEnvironment, type RecoverySettings, type RecoveryTargets } from '@dr/recovery';
import { createAwsPorts, type RecoveryPorts, type Report } from '@dr/recovery-runtime';
import {
  type Contract,
  OutputsNotPublishedError,
  type OutputSpecs,
  parameterRootOf,
  readPublishedOutputs,
  type PlainValues,
} from '@dr/stack-contracts';
import { openAccount, type TerraformAccount, withDestination } from '@dr/stack-plugin/accounts';

/** A deployed platform, as seen from the serving region that answered. */
export interface Platform {
  readonly environment: string;
  /** Region that the command works from. */
  readonly region: string;
  readonly settings: RecoverySettings;
  readonly targets: RecoveryTargets;
  readonly ports: RecoveryPorts;
  /** Caller, as AWS names it. */
  readonly caller: string;
  /** Asks whether the account runs controllers by itself. */
  readonly automated: () => Promise<boolean>;
  /** Reads what a stack published for that region. @throws CommandError */
  readonly readOutputs: ReadOutputs;
}

type ReadOutputs = <Outputs extends OutputSpecs, Wanted extends keyof PlainValues<Outputs> & string>(
  contract: Contract<string, Outputs>,
  outputs: readonly Wanted[],
) => Promise<Pick<PlainValues<Outputs>, Wanted>>;

export interface ConnectOptions {
  readonly environment: string;
  /** `sandbox`, `emulator` or `aws`. */
  readonly account: string;
  readonly workspaceRoot: string;
  /** Receives progress on the way. */
  readonly say: (text: string) => void;
  /** Receives the actions of the recovery loop. */
  readonly report: Report;
}

/** Longest wait for each call on the way in, ms. */
const CALL_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 2;

/**
 * Reads a failover controller's own variables: a command acts on what the controller acts on, by the settings that were
 * deployed. It works from the standby's region, and from the primary's where that one does not answer.
 *
 * @throws CommandError where nothing is deployed there, or neither region answers
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
  const regions = [environment.regions.standby.name, environment.regions.primary.name] as const;
  await account.confirm({ environment: name, accountId: environment.accountId, region: regions[0] });
  const variables = await account.environment(workspaceRoot, { types: [], blocks: [] });
  pointSdkAt(account, variables, process.env);
  account.enterNetwork();

  const connectIn = (region: string) =>
    connectRegion({ region, name, accountName, automated: () => account.automated(), environment, report });
  try {
    return await connectIn(regions[0]);
  } catch (error) {
    if (!(error instanceof RegionSilentError)) throw error;
    say(`${regions[0]} does not answer: working from ${regions[1]}`);
    return connectIn(regions[1]);
  }
}

interface RegionOptions {
  readonly region: string;
  readonly name: string;
  readonly accountName: string;
  readonly automated: Platform['automated'];
  readonly environment: Environment;
  readonly report: Report;
}

async function connectRegion({
  region,
  name,
  accountName,
  automated,
  environment,
  report,
}: RegionOptions): Promise<Platform> {
  const client = { region, maxAttempts: MAX_ATTEMPTS };
  const published = { environmentName: name, parameterRoot: parameterRootOf(environment), region };
  const readOutputs: ReadOutputs = (contract, outputs) =>
    readPublishedOutputs(readParameter, contract, outputs, published).catch((error: unknown) => {
      throw error instanceof OutputsNotPublishedError
        ? new CommandError(withDestination(error.message, { environment: name, account: accountName }))
        : error;
    });
  const { functionName } = await readOutputs(failoverControllerContract, ['functionName']);
  const configuration = await ask(region, `function ${functionName}`, (abortSignal) =>
    new LambdaClient(client).send(new GetFunctionConfigurationCommand({ FunctionName: functionName }), { abortSignal }),
  );
  const identity = await ask(region, 'the identity of the caller', (abortSignal) =>
    new STSClient(client).send(new GetCallerIdentityCommand({}), { abortSignal }),
  );
  const { settings, targets } = parseControllerEnvironment(configuration.Environment?.Variables ?? {});
  const ports = createAwsPorts(region, targets, settings, { report, measure: () => undefined });
  return {
    environment: name,
    region,
    settings,
    targets,
    ports,
    caller: identity.Arn ?? 'unknown',
    automated,
    readOutputs,
  };
}

/** A region did not answer at all, so that the other one may. */
class RegionSilentError extends CommandError {}

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

function readParameter(name: string, region: string): Promise<string | undefined> {
  return ask(region, `parameter ${name}`, async (abortSignal) => {
    try {
      const client = new SSMClient({ region, maxAttempts: MAX_ATTEMPTS });
      const { Parameter: parameter } = await client.send(new GetParameterCommand({ Name: name }), { abortSignal });
      return parameter?.Value;
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  });
}

async function ask<Answer>(
  region: string,
  what: string,
  call: (abortSignal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call(AbortSignal.timeout(CALL_TIMEOUT_MS));
  } catch (error) {
    const { code, name, message } = error as Error & { readonly code?: string };
    const isLate = name === 'AbortError' || name === 'TimeoutError';
    const problem = isLate ? 'no answer within 10 s' : `${name}: ${message}`;
    // A system's error: no connection came about.
    const Failure = isLate || code?.startsWith('E') === true ? RegionSilentError : CommandError;
    throw new Failure(
      `${region}: reading ${what} failed: ${problem}. Commands work from either serving region: check them, and your credentials.`,
    );
  }
}
