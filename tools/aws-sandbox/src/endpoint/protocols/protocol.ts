import type { AwsError } from '../../model/aws-error';
import type { HttpAnswer, HttpRequest } from '../../network/http-message';
import type { CredentialScope } from '../calls/credential-scope';
import type { Members } from '../calls/members';
import type { Notation } from '../calls/read-input';
import type { ApiOperation } from '../calls/service-api';
import type { ServiceEndpoint } from '../calls/service-endpoint';

/** A request of an SDK, with what its signature says. */
export interface HttpCall extends HttpRequest {
  readonly scope: CredentialScope;
}

/** A code of AWS and its HTTP status. */
export type Refusal = readonly [code: string, status: number];

export interface ProtocolRefusals {
  /** Of what is no call of the protocol. */
  readonly malformed: Refusal;
  readonly tooLarge: Refusal;
  /** Of a signature for a region that AWS does not have. */
  readonly badRegion: Refusal;
  readonly denied: Refusal;
}

export interface DecodedCall {
  /** Undefined where the sandbox has no such service. */
  readonly service: ServiceEndpoint | undefined;
  /** As the caller named it. */
  readonly serviceName: string;
  readonly operation: string;
  /** As it was sent, by names on the wire. */
  readonly input: Members;
}

/** A call of an operation that the sandbox has. */
export interface ServedCall {
  readonly service: ServiceEndpoint;
  readonly operation: string;
  readonly model: ApiOperation;
}

/** One of AWS's wire protocols: bytes to members and back, by a service's shapes. It knows no service. */
export interface Protocol {
  readonly name: string;
  speaks(call: HttpCall, services: readonly ServiceEndpoint[]): boolean;
  decode(call: HttpCall, services: readonly ServiceEndpoint[]): DecodedCall;
  /** @throws Error for a member that the output's shape does not have */
  encode(call: HttpCall, served: ServedCall, output: Members): HttpAnswer;
  encodeError(call: HttpCall, decoded: DecodedCall | undefined, error: AwsError): HttpAnswer;
  /** The code with which AWS refuses an operation that it does not know. */
  readonly unknownOperation: string;
  readonly notation: Notation;
  /** Refusals before an operation is known, by the service of the signature's scope. */
  readonly refusals: (service: string | undefined) => ProtocolRefusals;
}

/** The service model knows the statuses of its own errors. */
export function statusOf(decoded: DecodedCall | undefined, { code, status }: AwsError): number {
  const { errors = {} } = decoded?.service?.api ?? {};
  return (Object.hasOwn(errors, code) ? errors[code] : undefined) ?? status;
}
