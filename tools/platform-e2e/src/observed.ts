import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '@dr/aws-sandbox';

/** Region that clients of the service are led to, by the account's name servers. */
export async function answeredRegion(sandbox: Sandbox): Promise<string | undefined> {
  const [target = ''] = (await sandbox.resolve('trade.trading.example.com'))?.values ?? [];
  return target.split('.').at(-4);
}

/** Seconds until something holds. @throws with what it waited for, where it does not in time */
export async function secondsUntil(
  what: string,
  longestSeconds: number,
  holds: () => Promise<boolean> | boolean,
): Promise<number> {
  const beganAtMs = performance.now();
  const seconds = () => (performance.now() - beganAtMs) / 1_000;
  while (!(await holds())) {
    if (seconds() > longestSeconds) throw new Error(`${what}: not within ${longestSeconds} s`);
    await sleep(250);
  }
  return seconds();
}
