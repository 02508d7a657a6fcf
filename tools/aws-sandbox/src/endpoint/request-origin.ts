import type { IncomingHttpHeaders } from 'node:http';

/** Names of this machine that lead to the endpoint, which listens on 127.0.0.1 alone. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

const USUAL_PORT = 80;

/** Values of `Sec-Fetch-Site` for a request that no other site's page started [Fetch Metadata Request Headers]. */
const OWN_SITES = ['none', 'same-origin'];

export interface RequestTarget {
  /** As the caller wrote it, in small letters: `localhost:4577`. */
  readonly authority: string;
  /** Without a port. */
  readonly host: string;
  /** As it came: neither decoded nor resolved. */
  readonly path: string;
  readonly queryText: string;
}

/**
 * Parses the request target and the Host header. A target in absolute form names the host itself, in place of the header
 * [RFC 9112, request target].
 */
export function parseTarget(target: string, hostHeader: string | undefined): RequestTarget {
  const [, absolute, rest = target] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  const authority = (absolute ?? hostHeader ?? '').toLowerCase();
  const mark = rest.indexOf('?');
  return {
    authority,
    host: authority.replace(/:\d*$/, ''),
    path: (mark < 0 ? rest : rest.slice(0, mark)) || '/',
    queryText: mark < 0 ? '' : rest.slice(mark + 1),
  };
}

/**
 * Checks where a request comes from. The sandbox checks no signature, so without this any page in a browser of this
 * machine could call the account. A page cannot omit or choose these headers; SDKs, `aws` and Terraform send neither
 * `Origin` nor `Sec-Fetch-Site`. `same-site` is foreign too: to a browser, all ports of localhost are one site.
 *
 * @param isGiven whether the account gave this host name to one of its resources. A page's own name server can point its
 * name at this address (DNS rebinding), but the Host header still carries that name
 * @returns the refusal's message, or undefined where the request may be served
 */
export function refusalOfOrigin(
  { authority, host }: RequestTarget,
  headers: IncomingHttpHeaders,
  port: number,
  isGiven: (host: string) => boolean,
): string | undefined {
  const isHere =
    LOOPBACK.some((name) => authority === `${name}:${port}`) || (port === USUAL_PORT && LOOPBACK.includes(authority));
  if (!isHere && !isGiven(host)) {
    return `Host is ${JSON.stringify(authority)}, expected 127.0.0.1:${port}, localhost:${port} or a name that the account gave. Call the address that stacks sandbox status shows.`;
  }
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin !== `http://${authority}`) {
    return `Origin is ${JSON.stringify(origin)}, expected none: the sandbox serves no page of another origin. Call it from outside of the browser.`;
  }
  if (site !== undefined && !OWN_SITES.includes(String(site))) {
    return `Sec-Fetch-Site is ${JSON.stringify(site)}, expected none: the sandbox serves no page of another site. Call it from outside of the browser.`;
  }
  return undefined;
}
