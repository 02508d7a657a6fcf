/** A release is made as CONTRIBUTING.md says: one version, the changelog, a tag, and packages that could be published. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const VERSION = '98.7.6';
/** The commands of the page's section, in their order, without `npx nx`. */
const [VERSIONING = [], CHANGELOG = [], PUBLISHING = []] = [
  ...readFileSync(join(WORKSPACE, 'CONTRIBUTING.md'), 'utf8').matchAll(/^npx nx (release .*)$/gm),
].map(([, command = '']) => command.replace('<version>', VERSION).split(' '));
/** Every package of the workspace that is not private, by the file that has its version. */
const MANIFESTS = ['libs', 'tools']
  .flatMap((folder) => readdirSync(join(WORKSPACE, folder)).map((project) => `${folder}/${project}/package.json`))
  .filter((file) => existsSync(join(WORKSPACE, file)))
  .filter((file) => JSON.parse(readFileSync(join(WORKSPACE, file), 'utf8')).private !== true);

const workspace = new WorkspaceCopy('workspace', {
  others: ['LICENSE', 'README.md', 'CHANGELOG.md', '.prettierignore'],
});
afterAll(() => workspace.dispose());

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=release', '-c', 'user.email=release@example.org', ...args], {
    cwd: workspace.root,
    encoding: 'utf8',
  }).trim();
/** Nobody answers at the registry: a dry run asks for nothing. */
const nx = (args: readonly string[]) =>
  workspace.nx(args, {
    variables: {
      npm_config_registry: 'http://127.0.0.1:9',
      GIT_AUTHOR_NAME: 'release',
      GIT_AUTHOR_EMAIL: 'release@example.org',
      GIT_COMMITTER_NAME: 'release',
      GIT_COMMITTER_EMAIL: 'release@example.org',
    },
  });
const versions = (): readonly string[] =>
  MANIFESTS.map((file) => (JSON.parse(workspace.read(file)) as { version: string }).version);

beforeAll(() => {
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=What was released before');
  git('tag', 'v0.0.1');
});

it('shows what each command would do, and does none of it', async () => {
  const unreleased = workspace.read('CHANGELOG.md');

  const versioned = await nx([...VERSIONING, '--dry-run']);
  const noted = await nx([...CHANGELOG, '--dry-run']);

  expect([versioned, noted].map(({ status }) => status)).toEqual([0, 0]);
  for (const file of MANIFESTS) expect(versioned.output).toContain(`${VERSION} written to manifest: ${file}`);
  expect(noted.output).toContain(`+ ## ${VERSION} (`);
  expect(workspace.read('CHANGELOG.md')).toBe(unreleased);
  expect(git('status', '--porcelain')).toBe('');
});

it('makes one commit with one version, what was unreleased under it, and the tag that the upgrade test looks for', async () => {
  const [before = '', entries = ''] = workspace.read('CHANGELOG.md').split('## Unreleased\n');

  const versioned = await nx(VERSIONING);
  const noted = await nx(CHANGELOG);

  expect([versioned, noted].map(({ status }) => status)).toEqual([0, 0]);
  expect(MANIFESTS).toHaveLength(4);
  expect(versions()).toEqual(MANIFESTS.map(() => VERSION));
  const date = new Date().toISOString().slice(0, 10);
  expect(workspace.read('CHANGELOG.md')).toBe(`${before}## Unreleased\n\n## ${VERSION} (${date})\n${entries}`);
  expect(git('log', '-1', '--format=%s')).toBe(`Release ${VERSION}`);
  expect(git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*')).toBe(`v${VERSION}`);
  expect(git('status', '--porcelain')).toBe('');
});

it('is refused where nothing that users notice was written', async () => {
  const { status, output } = await nx(CHANGELOG.map((word) => word.replace(VERSION, '98.7.7')));

  expect(status).not.toBe(0);
  expect(output).toContain('nothing stands under "## Unreleased", expected what users notice. Write it first.');
  expect(git('tag')).not.toContain('98.7.7');
});

it('packs what would be published, and asks no registry for it', async () => {
  const { status, output } = await nx([...PUBLISHING, '--dry-run']);

  expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  expect(output.match(/Would publish to http:\/\/127\.0\.0\.1:9 with tag "latest"/g)).toHaveLength(MANIFESTS.length);
});
