import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Fault } from './search/faults';
import { FAULTS } from './search/faults';
import { SEQUENCES } from './sequences';

jest.setTimeout(1_800_000);

/** Length of a walk, and how many of them each of two processes performs. */
const LENGTH = 200;
const WALKS = 5_000;
/** Walks after which a fault that none has found is not found. */
const WALKS_WITH_FAULT = 400;

interface Found {
  readonly violation: string;
  readonly text: string;
}

async function search(request: object): Promise<Found | null> {
  const script = join(__dirname, 'search/search.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(request)], {
    maxBuffer: 100_000_000,
  });
  return JSON.parse(stdout) as Found | null;
}

describe('the recovery, in a world where anything may happen', () => {
  it(`keeps its promises in ${2 * WALKS} random walks of ${LENGTH} happenings`, async () => {
    const halves = [0, WALKS].map((from) => search({ seeds: [from, from + WALKS], length: LENGTH }));

    for (const found of await Promise.all(halves)) expect(found?.text ?? null).toBeNull();
  });

  it('keeps them whatever two things happen next, from every root', async () => {
    const found = await search({ depth: 2 });

    expect(found?.text ?? null).toBeNull();
  });
});

describe('a fault in the code is found:', () => {
  it.each(FAULTS)('$name', async ({ root, ...fault }: Fault) => {
    const found = await search({ fault, root, walks: SEQUENCES, seeds: [1, WALKS_WITH_FAULT], length: 30 });

    expect(found).not.toBeNull();
  });
});
