import type { IncomingHttpHeaders } from 'node:http';
import { ROLE_KEY_PREFIX } from '../functions/function-messages';
import { DEFAULT_REGION } from '../services/regions';

/** What a signature of version 4 says about the call; the signature itself is not checked. */
export interface CredentialScope {
  readonly region: string;
  /** The service's signing name, or undefined for a call that is not signed. */
  readonly service: string | undefined;
  /** Name of the role that a function calls with; undefined for the account's own user. */
  readonly role: string | undefined;
}

/** From `Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request`, or a presigned URL's query. */
export function parseCredentialScope(headers: IncomingHttpHeaders, query: URLSearchParams): CredentialScope {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential') ?? '';
  const [key = '', , region, service] = credential.split('/');
  const role = key.startsWith(ROLE_KEY_PREFIX) ? key.slice(ROLE_KEY_PREFIX.length) : undefined;
  return { region: region !== undefined && region !== '' ? region : DEFAULT_REGION, service, role };
}
