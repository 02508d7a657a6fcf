import type { IncomingHttpHeaders } from 'node:http';
import { REGION_HEADER } from '../../network/addressing';
import { DEFAULT_REGION, isRegion } from '../../model/regions';

/** Prefix of a function's access key; the role's name follows, so that a call names its role. */
export const ROLE_KEY_PREFIX = 'SANDBOXROLE:';

/** Scope of a version 4 signature: region, service and role. The signature itself is not checked. */
export interface CredentialScope {
  /** Region of the call; always one of AWS's, see `badRegion`. */
  readonly region: string;
  /** Region name in the signature that AWS does not have; the call is to be refused. */
  readonly badRegion?: string;
  /** The service's signing name, or undefined for a call that is not signed. */
  readonly service: string | undefined;
  /** Name of the role that a function calls with; undefined for the account's own user. */
  readonly role: string | undefined;
}

/** Region that a request comes from: that of the function or task whose session signed it, or of the process that sent it. */
export function callingRegion(headers: Readonly<Record<string, unknown>>): string | undefined {
  const named = headers[REGION_HEADER] ?? String(headers['x-amz-security-token'] ?? '').split(':')[3];
  return typeof named === 'string' && isRegion(named) ? named : undefined;
}

/** From `Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request`, or a presigned URL's query. */
export function parseCredentialScope(headers: IncomingHttpHeaders, query: URLSearchParams): CredentialScope {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential') ?? '';
  if (credential === '') return { region: DEFAULT_REGION, service: undefined, role: undefined };
  const [key = '', , region = '', service] = credential.split('/');
  const role = key.startsWith(ROLE_KEY_PREFIX) ? key.slice(ROLE_KEY_PREFIX.length) : undefined;
  return isRegion(region) ? { region, service, role } : { region: DEFAULT_REGION, badRegion: region, service, role };
}
