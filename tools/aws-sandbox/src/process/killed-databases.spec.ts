import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { EAST, TestGlobalDatabase } from '../testing/global-database';
import { TestSandbox } from '../testing/test-sandbox';

const home = mkdtempSync(join(tmpdir(), 'sandbox-'));
const program = join(__dirname, `../../../../node_modules/.cache/dr-killed-databases-${process.pid}.js`);
let account: ChildProcess | undefined;

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, '../main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    tsconfig: join(__dirname, '../../../../tsconfig.base.json'),
    logLevel: 'error',
  });
});
afterAll(() => {
  account?.kill('SIGTERM');
  rmSync(program, { force: true });
});

/** Starts the account as its command does. @returns its address */
function serve(): Promise<string> {
  const child = spawn(process.execPath, [program, 'serve', '--home', home, '--port', '0'], { stdio: 'pipe' });
  account = child;
  return new Promise((resolve, reject) => {
    let output = '';
    const hear = (chunk: Buffer) => {
      output += String(chunk);
      const [address] = /http:\S+\d/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => reject(new Error(output)));
  });
}

/** Processes of the servers, by the files that they keep while they run. */
function serverProcesses(): readonly number[] {
  return readdirSync(join(home, 'databases'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('/postmaster.pid'))
    .map((file) => Number(readFileSync(join(home, 'databases', file), 'utf8').split('\n')[0]));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended is there until its parent, which may be gone, has heard of it.
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('an account whose process is killed', () => {
  it('leaves no server behind, and goes on with the same rows', async () => {
    const deployed = await TestSandbox.start({ home });
    const { secretArn } = TestGlobalDatabase.deploy(deployed);
    await deployed.leave();
    const orders = (address: string) => TestGlobalDatabase.at(address, secretArn);

    let database = orders(await serve());
    await database.sql(EAST, 'CREATE TABLE kept (id bigint PRIMARY KEY)');
    await database.sql(EAST, 'INSERT INTO kept VALUES (1), (2)');
    const servers = serverProcesses();
    account?.kill('SIGKILL');
    const beganAt = Date.now();
    while (servers.some(isAlive) && Date.now() - beganAt < 20_000) await new Promise((done) => setTimeout(done, 20));

    expect(servers).toHaveLength(2);
    expect(servers.filter(isAlive)).toEqual([]);

    database.close();
    database = orders(await serve());
    const { records } = await database.sql(EAST, 'SELECT id FROM kept ORDER BY id');
    database.close();
    expect(records).toEqual([[{ longValue: 1 }], [{ longValue: 2 }]]);
  });
});
