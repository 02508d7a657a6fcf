import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { ADDRESS_HEADER, HOST_HEADER, ORIGIN_HEADER } from '../../network/addressing';
import type { HttpAnswer, HttpRequest } from '../../network/http-message';

/** Headers of one connection, which are not handed on [RFC 9110, 7.6.1], and the sandbox's own. */
const NOT_FORWARDED = [
  ...['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'content-length'],
  ...[HOST_HEADER, ADDRESS_HEADER, ORIGIN_HEADER],
];

const pageOf = (status: number, text: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain', server: 'awselb/2.0' },
  body: text,
});

/** As a load balancer answers without a target [Elastic Load Balancing user guide, troubleshooting]. */
export const NO_TARGET = pageOf(503, 'Service Temporarily Unavailable');

export const BAD_GATEWAY = pageOf(502, 'Bad Gateway');

/** Headers of a request that a target is given. */
export function forwarded(headers: HttpRequest['headers']): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).filter(([name]) => !NOT_FORWARDED.includes(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

/**
 * Connections to targets, kept for later requests until they were idle for the load balancer's time. What a target says
 * of how long it keeps them is not heeded, as a load balancer does not [Elastic Load Balancing user guide, idle timeout].
 */
class TargetConnections extends Agent {
  constructor(private readonly idleMs: number) {
    super({ keepAlive: true });
  }

  keepSocketAlive(connection: Duplex): boolean {
    const socket = connection as Socket;
    socket.unref();
    socket.setTimeout(this.idleMs);
    return true;
  }
}

const connections = new Map<number, TargetConnections>();

function connectionsFor(idleMs: number): TargetConnections {
  const present = connections.get(idleMs) ?? new TargetConnections(idleMs);
  connections.set(idleMs, present);
  return present;
}

/**
 * Forwards a request to a target: 502 where it closes the connection, as it may one that was idle just when the request
 * comes; 504 where it does not answer within the idle timeout.
 */
export function forward(socket: string, call: HttpRequest, idleMs: number): Promise<HttpAnswer> {
  const host = String(call.headers[HOST_HEADER] ?? call.headers['host'] ?? '');
  const query = call.query.toString();
  return new Promise((resolve) => {
    const asked = request(
      {
        socketPath: socket,
        method: call.method,
        path: query === '' ? call.path : `${call.path}?${query}`,
        headers: {
          ...forwarded(call.headers),
          host,
          'x-forwarded-proto': 'https',
          'x-forwarded-port': '443',
          'content-length': call.body.length,
        },
        timeout: idleMs,
        agent: connectionsFor(idleMs),
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.once('error', () => resolve(BAD_GATEWAY));
        answer.once('end', () => {
          const headers = Object.entries(answer.headers).filter(([name]) => !NOT_FORWARDED.includes(name));
          resolve({
            status: answer.statusCode ?? 502,
            headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
            body: Buffer.concat(parts),
          });
        });
      },
    );
    asked.once('timeout', () => {
      resolve(pageOf(504, 'Gateway Time-out'));
      asked.destroy();
    });
    asked.once('error', () => resolve(BAD_GATEWAY));
    asked.end(call.body);
  });
}
