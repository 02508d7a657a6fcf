import { createHash } from 'node:crypto';
import dns from 'node:dns';
import { existsSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { ADDRESS_HEADER, HOST_HEADER, NAME_SERVERS, REGION_HEADER } from './addressing';

/**
 * Path of the socket that stands for a server other than HTTP. The name is hashed to fit into a socket's path.
 *
 * @param from region of the clients that it is for; undefined: of those on the internet
 */
export function socketOf(folder: string, host: string, port: number, from?: string): string {
  const named = from === undefined ? `${host}:${port}` : `${from} ${host}:${port}`;
  return join(folder, `${createHash('sha256').update(named).digest('hex').slice(0, 12)}.sock`);
}

/** Joins an address with a path and query. Unlike a relative URL, these can never name another host. */
export function addressAt(address: string, target: string): URL {
  const url = new URL(address);
  const mark = target.indexOf('?');
  url.pathname = mark < 0 ? target : target.slice(0, mark);
  url.search = mark < 0 ? '' : target.slice(mark);
  return url;
}

/**
 * Puts this process into the account's network: `fetch`, HTTPS requests, TCP connections and DNS lookups of any
 * host but this machine end at the sandbox. Deployed code runs here unchanged.
 *
 * @param region that the process is in; undefined: on the internet
 */
export function enterNetwork(address: string, folder: string, region?: string): void {
  const place = region === undefined ? {} : { [REGION_HEADER]: region };
  const fetchFromMachine = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const given = input instanceof Request ? input : undefined;
    const url = new URL(given?.url ?? String(input));
    if (isThisMachine(url.hostname)) return fetchFromMachine(input, init);
    const headers = new Headers(init?.headers ?? given?.headers);
    for (const [name, value] of Object.entries({ ...place, [HOST_HEADER]: url.host })) headers.set(name, value);
    // The caller's own signal: one that a copy of the request made would be collected with it, and never abort.
    const copied = given === undefined ? {} : { method: given.method, redirect: given.redirect, signal: given.signal };
    const body = given?.body ? { body: given.body, duplex: 'half' as const } : {};
    return fetchFromMachine(addressAt(address, `${url.pathname}${url.search}`), {
      ...copied,
      ...body,
      ...init,
      headers,
    });
  };

  const resolve4 = async (name: string): Promise<string[]> => {
    const answer = await fetchFromMachine(new URL(`/?name=${encodeURIComponent(name)}`, address), {
      headers: { [HOST_HEADER]: NAME_SERVERS },
    });
    const addresses = (await answer.json()) as string[];
    if (addresses.length > 0) return addresses;
    throw Object.assign(new Error(`queryA ENOTFOUND ${name}`), {
      code: 'ENOTFOUND',
      syscall: 'queryA',
      hostname: name,
    });
  };
  Object.assign(dns.promises, { resolve4 });

  const requestFromMachine = https.request;
  const request = (...given: unknown[]): http.ClientRequest => {
    const [options, onResponse] = given as [https.RequestOptions, undefined | ((answer: http.IncomingMessage) => void)];
    const connected = typeof options === 'object' ? String(options.host ?? options.hostname ?? '') : '';
    // Requests by a URL alone are left as they are: nothing that runs here makes one.
    if (connected === '' || isThisMachine(connected)) {
      return (requestFromMachine as (...options: unknown[]) => http.ClientRequest)(...given);
    }
    const { hostname, port } = new URL(address);
    const named = options.servername ?? connected;
    const isUsual = [undefined, null, '', 443, '443'].includes(options.port);
    const headers = {
      ...options.headers,
      ...place,
      [HOST_HEADER]: isUsual ? named : `${named}:${options.port}`,
      [ADDRESS_HEADER]: connected,
    };
    const { agent: _agent, servername: _servername, ...rest } = options;
    return http.request({ ...rest, host: hostname, hostname, port, headers }, onResponse);
  };
  Object.assign(https, { request });

  // What `net.connect`, `tls.connect` and drivers of databases end at.
  const connectInMachine = net.Socket.prototype.connect as (...given: unknown[]) => net.Socket;
  const connect = function (this: net.Socket, ...given: unknown[]): net.Socket {
    const { host, port } = destinationOf(given);
    if (port === undefined || isThisMachine(host)) return connectInMachine.apply(this, given);
    const onConnect = given.flat().find((argument) => typeof argument === 'function');
    const own = socketOf(folder, host, port, region);
    // Only a server that is to know where its clients are has a socket for each region.
    return connectInMachine.call(this, { path: existsSync(own) ? own : socketOf(folder, host, port) }, onConnect);
  };
  Object.assign(net.Socket.prototype, { connect });
}

/** Of `connect(options)`, `connect(port, host)`, and of Node.js's own calls, which put their arguments into a list. */
function destinationOf(given: readonly unknown[]): { readonly host: string; readonly port: number | undefined } {
  const [first, second] = given.flat();
  const { host, port } = (typeof first === 'object' ? first : { port: first, host: second }) as {
    readonly host?: unknown;
    readonly port?: unknown;
  };
  // A path of a socket has neither.
  return { host: typeof host === 'string' ? host : 'localhost', port: port === undefined ? undefined : Number(port) };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]' || host === '::1';
}
