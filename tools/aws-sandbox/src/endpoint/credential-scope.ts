import type { IncomingHttpHeaders } from 'node:http';
import { DEFAULT_REGION } from '../services/regions';

/** What a signature of version 4 says about the call; the signature itself is not checked. */
export interface CredentialScope {
  readonly region: string;
  /** The service's signing name, or undefined for a call that is not signed. */
  readonly service: string | undefined;
}

/** From `Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request`, or a presigned URL's query. */
export function parseCredentialScope(headers: IncomingHttpHeaders, query: URLSearchParams): CredentialScope {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential') ?? '';
  const [, , region, service] = credential.split('/');
  return { region: region !== undefined && region !== '' ? region : DEFAULT_REGION, service };
}
