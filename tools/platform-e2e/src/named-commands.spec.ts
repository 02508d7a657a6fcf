import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './workspace';

/** The targets that a tool's project.json defines, by project. */
const TARGETS = new Map(
  readdirSync(join(WORKSPACE, 'tools'))
    .map((tool) => join(WORKSPACE, 'tools', tool, 'project.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as { name: string; targets: Record<string, unknown> })
    .map(({ name, targets }) => [name, Object.keys(targets)] as const),
);

/** Documentation and sources, whose messages people read. */
const FILES = [
  'README.md',
  ...['apps', 'docs', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(join(WORKSPACE, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  ),
].filter((file) => /\.(md|ts)$/.test(file));

describe('a command of a tool', () => {
  it('that documentation or a message names is a target of that tool', () => {
    const named = FILES.flatMap((file) =>
      [...readFileSync(join(WORKSPACE, file), 'utf8').matchAll(/nx run ([a-z0-9-]+):([a-z0-9-]+)(?![a-z0-9<$-])/g)].map(
        ([, project = '', target = '']) => ({ file, project, target }),
      ),
    ).filter(({ project }) => TARGETS.has(project));

    expect(named.filter(({ project, target }) => !TARGETS.get(project)?.includes(target))).toEqual([]);
    expect(named.map(({ project }) => project)).toEqual(expect.arrayContaining(['recovery-cli', 'failover-drill']));
  });
});
