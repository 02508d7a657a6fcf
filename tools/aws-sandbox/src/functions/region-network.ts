import { createHash } from 'node:crypto';
import net from 'node:net';
import { join } from 'node:path';
import { HOST_HEADER } from './function-messages';

/** Socket that stands for a server that is no HTTP: its name has to fit into a socket's path. */
export function socketOf(folder: string, host: string, port: number): string {
  return join(folder, `${createHash('sha256').update(`${host}:${port}`).digest('hex').slice(0, 12)}.sock`);
}

/**
 * Puts this process into the account's network: `fetch` and TCP connections to any host but this machine end at the
 * sandbox. The code that runs here is the code that was deployed, and knows nothing of it.
 */
export function enterNetwork(address: string, folder: string): void {
  const fetchFromMachine = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (isThisMachine(url.hostname)) return fetchFromMachine(request);
    const headers = new Headers(request.headers);
    headers.set(HOST_HEADER, url.hostname);
    return fetchFromMachine(new URL(`${url.pathname}${url.search}`, address), {
      method: request.method,
      headers,
      body: request.body,
      redirect: request.redirect,
      signal: request.signal,
      ...(request.body === null ? {} : { duplex: 'half' }),
    });
  };

  const connectInMachine = net.connect;
  const connect = (...given: unknown[]): net.Socket => {
    const [options] = given;
    const isRemote =
      typeof options === 'object' &&
      options !== null &&
      'host' in options &&
      'port' in options &&
      !isThisMachine(String(options.host));
    return isRemote
      ? connectInMachine({ path: socketOf(folder, String(options.host), Number(options.port)) })
      : (connectInMachine as (...options: unknown[]) => net.Socket)(...given);
  };
  Object.assign(net, { connect, createConnection: connect });
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]' || host === '::1';
}
