import { spawn } from 'node:child_process';

/** Runs a command and returns its wall time in seconds. Throws with what it printed when it fails. */
export async function secondsOf(command, args, { cwd, env }) {
  const begun = performance.now();
  const { status, output } = await run(command, args, { cwd, env });
  const seconds = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
  return seconds;
}

export function run(command, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One figure with its limit: `{ name, value, unit, limit, holds }`. `atLeast` turns the limit round. */
export function figure(name, value, unit, { atMost, atLeast, values } = {}) {
  const holds = (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
  return {
    name,
    value: Number(value.toFixed(3)),
    unit,
    atMost,
    atLeast,
    holds,
    values: values?.map((each) => Number(each.toFixed(3))),
  };
}
