import { AwsError, ProviderRefusal, Unreachable } from '../model/aws-error';
import { commandLine } from '../model/command-line';
import type { ServiceDefinition } from '../model/resource-definition';
import type { Diagnostic } from './provider-api';

/** Call that AWS refused. */
export interface Attempt {
  /** `creating EC2 Subnet`, `deleting IAM Role (app)`. */
  readonly doing: string;
  readonly call: string;
  readonly service: ServiceDefinition;
  readonly region: string;
  readonly accountId: string;
}

/**
 * A refusal as the AWS provider prints it. The SDK prints an error code that it has a type for by its bare name, any
 * other after `api error` [aws-sdk-go-v2, smithy OperationError and GenericAPIError]. The request id, which differs
 * each time, is left out.
 */
export function describeFailure(attempt: Attempt, error: unknown): Diagnostic {
  const { doing, service } = attempt;
  if (error instanceof ProviderRefusal) {
    return diagnostic(`${doing}: ${error.message}`, error.detail, error.path);
  }
  if (error instanceof Unreachable) {
    const host = `${service.name}.${error.region}.amazonaws.com`;
    return diagnostic(
      `${doing}: operation error ${service.sdkId}: exceeded maximum number of attempts, 25, request send failed, Post "https://${host}/": dial tcp: i/o timeout`,
      `${error.region} is dark in the sandbox account. End it with: ${commandLine('fault')} --clear`,
    );
  }
  if (!(error instanceof AwsError)) throw error;
  const code = service.typedErrors === false ? `api error ${error.code}` : error.code;
  return diagnostic(
    `${doing}: operation error ${service.sdkId}: ${error.call ?? attempt.call}, https response error StatusCode: ${error.status}, ${code}: ${error.message}`,
    `Refused by the sandbox account ${attempt.accountId} in ${attempt.region}.`,
    error.path,
  );
}

function diagnostic(summary: string, detail: string, path?: Diagnostic['path']): Diagnostic {
  return { severity: 'error', summary, detail, ...(path === undefined ? {} : { path }) };
}
