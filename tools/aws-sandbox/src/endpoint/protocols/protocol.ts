import type { AwsError } from '../../model/aws-error';
import type { HttpAnswer, HttpRequest } from '../../network/http-message';
import type { CredentialScope } from '../calls/credential-scope';
import type { Scalars } from '../calls/input-shape';
import type { Members } from '../calls/members';
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
  readonly input: Members;
}

/** One of AWS's wire protocols: bytes to members and back. It knows no service. */
export interface Protocol {
  readonly name: string;
  speaks(call: HttpCall, services: readonly ServiceEndpoint[]): boolean;
  decode(call: HttpCall, services: readonly ServiceEndpoint[]): DecodedCall;
  encode(call: HttpCall, decoded: DecodedCall, output: Members): HttpAnswer;
  encodeError(call: HttpCall, decoded: DecodedCall | undefined, error: AwsError): HttpAnswer;
  /** The code with which AWS refuses an operation that it does not know. */
  readonly unknownOperation: string;
  /** How values that are no structures are written. */
  readonly scalars: Scalars;
  /** How AWS refuses what comes before any operation, by the service that was signed for. */
  readonly refusals: (service: string | undefined) => ProtocolRefusals;
}
