import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { lockWorkFolder } from './work-folder-lock';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const since = new Date('2026-01-02T03:04:05Z');
const lock = (isAlive: (pid: number) => boolean) =>
  lockWorkFolder(folder, 'network-us-east-1', 'nx run network:deploy', isAlive, () => since);

describe('lockWorkFolder', () => {
  it('says who holds it, since when and with which command', async () => {
    await lock(() => true);

    await expect(lock(() => true)).rejects.toThrow(
      `network-us-east-1: locked by ${userInfo().username}@${hostname()} since 2026-01-02T03:04:05.000Z ` +
        `(nx run network:deploy, process ${process.pid}), expected nobody. Wait until that run has ended and run this again.`,
    );
  });

  it('takes over from processes that are gone', async () => {
    await lock(() => true);

    await expect(lock(() => false)).resolves.toBeDefined();
  });

  it('takes over from a process whose number another process has now', async () => {
    await lock(() => true);
    const file = join(folder, 'deploy.lock');
    const holder = JSON.parse(readFileSync(file, 'utf8')) as { startedAt: Record<number, string> };
    expect(holder.startedAt).toEqual({ [process.pid]: expect.stringMatching(/^\d+$/) });
    await expect(lock(() => true)).rejects.toThrow('locked by');

    writeFileSync(file, JSON.stringify({ ...holder, startedAt: { [process.pid]: '1' } }));

    await expect(lock(() => true)).resolves.toBeDefined();
  });

  it('is held by a living process of which the lock does not say when it started', async () => {
    await lock(() => true);
    const file = join(folder, 'deploy.lock');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), startedAt: undefined }));

    await expect(lock(() => true)).rejects.toThrow('locked by');
  });

  it('is held while any of its processes lives: a Terraform that outlived its deploy', async () => {
    const held = await lock(() => true);
    await held.addProcess(4711);

    await expect(lock((pid) => pid === 4711)).rejects.toThrow('locked by');
  });

  it('is free again when released', async () => {
    const held = await lock(() => true);
    await held.release();

    await expect(lock(() => true)).resolves.toBeDefined();
  });

  it('takes over a lock file that is damaged', async () => {
    writeFileSync(join(folder, 'deploy.lock'), '{"who":');

    await lock(() => true);

    expect(JSON.parse(readFileSync(join(folder, 'deploy.lock'), 'utf8'))).toMatchObject({ pids: [process.pid] });
  });
});
