import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDetached } from './start-detached';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-detached-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (command: string, ...args: string[]) =>
  startDetached({ command, args, folder, environment: process.env, logFile: join(folder, 'log') });
/** The fields after the name: state, parent, process group, session [proc(5)]. */
const statOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};
const parentOf = (pid: number) => Number(statOf(pid)[1]);
const sessionOf = (pid: number) => Number(statOf(pid)[3]);

describe('startDetached', () => {
  it('runs the command in its folder, with its output in the log, and tells how it ended', async () => {
    const { exited } = await start('sh', '-c', 'echo "$0 in $PWD"; echo problem >&2; exit 3', 'two words');

    expect(await exited).toBe(3);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(`two words in ${folder}\nproblem\n`);
  });

  it('says of a command that is not there what a shell says', async () => {
    const { exited } = await start('no-such-command');

    expect(await exited).toBe(127);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toContain('no-such-command');
  });

  it('tells the number of the command itself, which a signal ends', async () => {
    const { pid, exited } = await start('sleep', '60');

    process.kill(pid, 'SIGTERM');

    expect(await exited).toBe(128 + 15);
  });

  it('leaves no line of parents from here to the command, and shares no session with it', async () => {
    const { pid, exited } = await start('sleep', '60');

    const grandparent = parentOf(parentOf(pid));
    const session = sessionOf(pid);
    process.kill(pid, 'SIGTERM');
    await exited;

    expect(grandparent).not.toBe(process.pid);
    expect(parentOf(process.pid)).not.toBe(grandparent);
    expect(session).not.toBe(sessionOf(process.pid));
  });

  it('outlives the process that started it', async () => {
    const starter = join(folder, 'starter.js');
    writeFileSync(
      starter,
      `require('@swc-node/register'); const { startDetached } = require(${JSON.stringify(join(__dirname, 'start-detached'))});
       startDetached({ command: 'sh', args: ['-c', 'echo $$; sleep 1; echo done'], folder: ${JSON.stringify(folder)}, environment: process.env, logFile: 'log' })
         .then(({ pid }) => { process.stdout.write(String(pid)); process.kill(process.pid, 'SIGKILL'); });`,
    );
    const child = spawn(process.execPath, [starter], {
      cwd: join(__dirname, '../../..'),
      env: { ...process.env, NODE_PATH: join(__dirname, '../../../node_modules') },
    });
    await new Promise((resolve) => child.once('close', resolve));

    for (let wait = 0; wait < 100 && !readFileSync(join(folder, 'log'), 'utf8').includes('done'); wait++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }

    expect(readFileSync(join(folder, 'log'), 'utf8')).toMatch(/^\d+\ndone\n$/);
  });
});
