import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { Account } from './account';

// A process writes as fast as it can and says what it has written; SIGKILL ends it wherever it is.
const WRITER = `
import { writeSync } from 'node:fs';
import { Account } from './account';

const account = Account.open({ home: process.argv[2] });
const record = (type, id) => ({
  put: { type, region: 'us-east-1', service: 'ec2', id, arn: 'arn:' + id, attributes: { id, text: 'x'.repeat(2000) } },
});
for (let n = account.size; ; n++) {
  const pair = 'pair-' + n;
  account.commit([record('aws_vpc', pair), record('aws_subnet', pair)]);
  writeSync(1, pair + '\\n');
  account.commit([record('aws_eip', 'single-' + n)]);
  writeSync(1, 'single-' + n + '\\n');
}
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dr-crash-'));
  buildSync({
    stdin: { contents: WRITER, resolveDir: __dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    outfile: join(folder, 'writer.js'),
    logLevel: 'silent',
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** @returns what the writer acknowledged before it died; it is killed when it has acknowledged a number of changes */
async function writeUntilKilled(home: string, acknowledgements: number): Promise<string[]> {
  const writer = spawn(process.execPath, [join(folder, 'writer.js'), home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  createInterface(writer.stdout).on('line', (id) => {
    acknowledged.push(id);
    if (acknowledged.length === acknowledgements) writer.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => writer.once('close', (_code, name) => resolve(name)));
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

describe('an account whose process is killed', () => {
  it('has every change that was acknowledged, and no half of one', async () => {
    const home = join(folder, 'home');
    const acknowledged: string[] = [];

    for (const acknowledgements of [1, 2, 3, 10, 25, 50, 100, 200]) {
      acknowledged.push(...(await writeUntilKilled(home, acknowledgements)));

      const account = Account.open({ home });
      const ids = (type: string) => account.list(type).map(({ id }) => id);
      expect([...ids('aws_subnet'), ...ids('aws_eip')]).toEqual(expect.arrayContaining(acknowledged));
      expect(ids('aws_subnet').sort()).toEqual(ids('aws_vpc').sort());
      // Written, and not yet acknowledged when the process died: at most one change a round.
      expect(ids('aws_subnet').length + ids('aws_eip').length - acknowledged.length).toBeLessThanOrEqual(8);
      expect(existsSync(join(home, 'account-journal.json'))).toBe(false);
      const leftovers = readdirSync(home, { recursive: true }).filter((name) => String(name).endsWith('.tmp'));
      expect(leftovers).toEqual([]);
      account.close();
    }
  });
});
