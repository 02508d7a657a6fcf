import { resolve4 } from 'node:dns/promises';
import { request } from 'node:https';
import type { Probe } from '@dr/recovery';
import { abortAfter } from './abort-after';
import { outcomeOf, PROBE_USER_AGENT } from './probe-endpoint';

export interface EntryProbe {
  /** Name that leads to a load balancer. */
  readonly host: string;
  /** Path that a service which serves answers with success or a redirect. */
  readonly path: string;
}

/** The network, as a probe uses it; every call ends with the signal. */
export interface EntryNetwork {
  /** IPv4 addresses of a name: of a load balancer one or more in each of its zones. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Status of the answer at one address. */
  readonly ask: (address: string, probe: EntryProbe, signal: AbortSignal) => Promise<number>;
}

/** More addresses than a load balancer shows [Elastic Load Balancing user guide: up to eight in an answer]. */
const MOST_ADDRESSES = 8;

/**
 * Asks a load balancer at each of its addresses at once: a zone that fails alone is one of several that do not answer. It
 * never throws. A name without an address is one probe that failed.
 *
 * @param timeoutMs longest wait for the look-up and the answers together
 */
export async function probeEntry(
  probe: EntryProbe,
  timeoutMs: number,
  abortSignal: AbortSignal,
  monotonicMs: () => number,
  { ask, resolve }: EntryNetwork = INTERNET,
): Promise<readonly Probe[]> {
  const beganAtMs = monotonicMs();
  const { signal, end } = abortAfter(timeoutMs, abortSignal);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
  const attempt = async (via: string, call: () => Promise<number>): Promise<Probe> => {
    const outcome = await Promise.race([call(), aborted]).then(outcomeOf, () => (signal.aborted ? 'silent' : 'failed'));
    return { via, outcome, latencyMs: monotonicMs() - beganAtMs };
  };
  try {
    const addresses = await Promise.race([resolve(probe.host), aborted]).catch(() => []);
    if (addresses.length === 0) return [await attempt(probe.host, () => Promise.reject(new Error('no address')))];
    return await Promise.all(
      addresses.slice(0, MOST_ADDRESSES).map((address) => attempt(address, () => ask(address, probe, signal))),
    );
  } finally {
    end();
  }
}

const INTERNET: EntryNetwork = {
  resolve: (host) => resolve4(host),
  ask: (address, { host, path }, signal) =>
    new Promise((resolve, reject) => {
      const asked = request(
        // The certificate is for the name, whatever the address.
        {
          host: address,
          servername: host,
          path,
          headers: { host, 'user-agent': PROBE_USER_AGENT },
          signal,
          agent: false,
        },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      asked.once('error', reject);
      asked.end();
    }),
};
