import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deletedIn, notContained, readWorkTree } from './work-tree';

// Real git.
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-git-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();

function commit(text: string): string {
  writeFileSync(join(folder, 'file'), text);
  git('add', '.');
  git('commit', '--quiet', '--message', text);
  return git('rev-parse', 'HEAD');
}

describe('the work tree of a workspace', () => {
  it('is at a commit, with or without changes, of files that git does not know too', async () => {
    git('init', '--quiet');
    const empty = await readWorkTree(folder);
    const first = commit('one');
    const clean = await readWorkTree(folder);
    writeFileSync(join(folder, 'other'), '');
    const changed = await readWorkTree(folder);

    expect(empty).toEqual({ commit: undefined, changed: false });
    expect(clean).toEqual({ commit: first, changed: false });
    expect(changed).toEqual({ commit: first, changed: true });
  });

  it('is at none outside git', async () => {
    expect(await readWorkTree(folder)).toEqual({ commit: undefined, changed: false });
  });

  it('contains its ancestors, and neither another branch nor a commit that it does not know', async () => {
    git('init', '--quiet', '--initial-branch=main');
    const first = commit('one');
    git('checkout', '--quiet', '-b', 'other');
    const other = commit('other');
    git('checkout', '--quiet', 'main');
    const head = commit('two');
    const unknown = '0123456789abcdef0123456789abcdef01234567';

    expect(await notContained(folder, [first, head, other, unknown])).toEqual(new Set([other, unknown]));
  });

  it('knows the commit that deleted a file, and none of one that is there, or never was', () => {
    git('init', '--quiet', '--initial-branch=main');
    for (const file of ['gone.ts', 'there.ts']) writeFileSync(join(folder, file), file);
    commit('all');
    rmSync(join(folder, 'gone.ts'));
    const deletion = commit('gone');
    commit('later');

    expect(deletedIn(folder, 'gone.ts')).toBe(deletion.slice(0, 12));
    expect(deletedIn(folder, 'there.ts')).toBeUndefined();
    expect(deletedIn(folder, '*.ts')).toBeUndefined();
    expect(deletedIn(join(folder, 'nowhere'), 'gone.ts')).toBeUndefined();
  });
});
