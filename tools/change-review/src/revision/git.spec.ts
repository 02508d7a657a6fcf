import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from './git';
import { repositoryPerTest } from './repository-for-test';

const { commit, folder, run } = repositoryPerTest();

it('compares with the newest commit that both have, however old the branch is', async () => {
  const common = commit('first');
  run('checkout', '--quiet', '-b', 'change');
  const head = commit('change');
  run('checkout', '--quiet', 'main');
  commit('somebody else');
  run('checkout', '--quiet', 'change');

  expect(await compare(folder(), 'main', 'change')).toEqual({ base: common, head, changed: false });
});

it('takes the work tree as it is where no head is named, and refuses its changes where one is', async () => {
  const head = commit('first');
  writeFileSync(join(folder(), 'new'), '');

  expect(await compare(folder(), 'main', undefined)).toEqual({ base: head, head, changed: true });
  await expect(compare(folder(), 'main', 'HEAD')).rejects.toThrow(
    '--head is HEAD, and the work tree has changes that it does not hold, expected none. Commit them, or leave out --head.',
  );
});

it('refuses what is not there, what is not checked out and what has no commit in common, with what to type', async () => {
  await expect(compare(folder(), 'main', undefined)).rejects.toThrow('in no git repository with a commit');
  const first = commit('first');
  const second = commit('second');
  await expect(compare(folder(), 'nowhere', undefined)).rejects.toThrow(
    '--base is nowhere, expected a commit or a branch of this clone. Run: git fetch origin nowhere',
  );
  await expect(compare(folder(), 'main', first)).rejects.toThrow(
    `--head is ${first} (${first.slice(0, 12)}), and ${second.slice(0, 12)} is checked out, expected one commit: the work tree is planned. Run: git checkout ${first}`,
  );
  run('checkout', '--quiet', '--orphan', 'other');
  commit('of another history');
  await expect(compare(folder(), 'main', undefined)).rejects.toThrow('Run: git fetch --unshallow');
});
