import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Found {
  readonly violation: string;
  /** The shortest walk that breaks the promise, and what happens in it. */
  readonly text: string;
}

/** Searches in a process of its own, as `search.mjs` takes it. @returns what breaks a promise first, null for nothing */
export async function runSearch(request: object): Promise<Found | null> {
  const script = join(__dirname, 'search.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(request)], {
    maxBuffer: 100_000_000,
  });
  return JSON.parse(stdout) as Found | null;
}
