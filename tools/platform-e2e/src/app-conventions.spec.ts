import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOf, STACKS } from './synthesized';
import { WORKSPACE } from './workspace';

const read = (...path: string[]) => readFileSync(join(WORKSPACE, ...path), 'utf8');

it('every app is a stack', () => {
  expect(STACKS).toEqual(expect.arrayContaining(['compute', 'data', 'global-dns', 'network']));
  expect([...foldersOf('apps')].sort()).toEqual(STACKS);
});

const projects = ['libs', 'tools'].flatMap((folder) =>
  foldersOf(folder).map((name) => [name, join(folder, name, 'README.md')] as const),
);

it.each(projects)('%s has a README that begins with its name, as words', (name, readme) => {
  const [title = ''] = existsSync(join(WORKSPACE, readme)) ? read(readme).split('\n') : [`${readme} is missing`];

  expect(title.toLowerCase().replaceAll(' ', '-')).toBe(`#-${name}`);
});

it('all projects have the same compiler options, so that one program checks the types of all', () => {
  const projects = ['apps', 'libs', 'tools'].flatMap((folder) => foldersOf(folder).map((name) => join(folder, name)));
  const configurations = projects
    .map((project) => join(project, 'tsconfig.json'))
    .filter((file) => existsSync(join(WORKSPACE, file)))
    .map((file) => [file, JSON.parse(read(file))] as const);

  expect(configurations.length).toBeGreaterThan(15);
  for (const [file, configuration] of configurations) {
    expect([file, configuration]).toEqual([file, { extends: '../../tsconfig.base.json', include: ['src'] }]);
  }
});

it("the sources of every app are searched for JavaScript on an output's token, and the others are not", () => {
  const ruleIn = (file: string) => {
    const eslint = join(WORKSPACE, 'node_modules/eslint/bin/eslint.js');
    const printed = execFileSync(process.execPath, [eslint, '--print-config', file], { cwd: WORKSPACE, stdio: 'pipe' });
    return JSON.parse(String(printed)).rules['contracts/output-tokens'];
  };

  expect(ruleIn('apps/compute/src/compute-state.ts')).toEqual([2]);
  expect(ruleIn('libs/platform-stack/src/platform-state.ts')).toBeUndefined();
});

it('nothing but the folders lists the stacks, or the environments', () => {
  const listing = /(['"](network|data|compute|global-dns|local|dev|prod)['"][,:\]} ]+){3}/;
  const files = ['apps', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(join(WORKSPACE, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\/(project\.json|[^/]+\.(ts|mjs|cjs))$/.test(file))
      .filter((file) => !file.includes('node_modules') && !/\.(spec|e2e)\.ts$/.test(file))
      .map((file) => join(folder, file)),
  );

  expect(files.length).toBeGreaterThan(300);
  expect(files.filter((file) => listing.test(read(file)))).toEqual([]);
});

it('a docstring begins with a verb or a noun of the field, not with a clause of what, who, whose or which', () => {
  const clause = /\/\*\*\s+(?:\* )?(?:What|Who|Whose|Which)\b.*/g;
  const files = ['apps', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(join(WORKSPACE, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !file.includes('node_modules'))
      .map((file) => join(folder, file)),
  );

  expect(files.length).toBeGreaterThan(300);
  expect(
    files.flatMap((file) => [...read(file).matchAll(clause)].map(([docstring]) => `${file}: ${docstring}`)),
  ).toEqual([]);
});

function sourcesOf(app: string): string[] {
  return readdirSync(join(WORKSPACE, 'apps', app, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => join('apps', app, 'src', file));
}

/** The constructors of a file's classes, as formatted: each ends with a brace of its own indentation. */
function constructorsOf(file: string): { readonly file: string; readonly lines: number }[] {
  const constructors = read(file).match(/^ {2}constructor\([\s\S]*?^ {2}\}$/gm) ?? [];
  return constructors.map((text) => ({ file, lines: text.split('\n').length }));
}

describe.each(STACKS)('the app %s', (app) => {
  it('has all that a stack is asked for', () => {
    const asked = [`apps/${app}/README.md`, `apps/${app}/inventory.json`, `docs/runbooks/${app}.md`];

    // docs/new-stack.md says what they are; the inventory is written by UPDATE_INVENTORY=1 npx nx run platform-e2e:e2e-inventory
    expect({ missing: asked.filter((file) => !existsSync(join(WORKSPACE, file))) }).toEqual({ missing: [] });
  });

  it('defines its states in constructors of at most 60 lines: what is longer is parts, each of a name and a file', () => {
    const constructors = sourcesOf(app).flatMap(constructorsOf);

    expect(constructors.length).toBeGreaterThan(0);
    expect(constructors.filter(({ lines }) => lines > 60)).toEqual([]);
  });

  it('publishes a contract of its own', () => {
    expect(read('apps', app, 'src/contract.ts')).toMatch(new RegExp(`(name|owner): '${app}'`));
  });

  it('has an owner, whom its README names too', () => {
    const [, owner] = /name: '[\w-]+', owner: '([\w-]+)'/.exec(read('apps', app, 'src/main.ts')) ?? [];

    expect(owner).toMatch(/^[a-z]+-team$/);
    expect(read('apps', app, 'README.md')).toContain(`Owner: ${owner}.`);
  });

  it('has a README in the fixed order: purpose, smallest example, commands, reads and publishes, recovery', () => {
    const text = read('apps', app, 'README.md');

    expect(text).toMatch(new RegExp(`^# ${app}\n\n\\S[\\s\\S]*?\n\n\`\`\`ts\n`));
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      'Commands',
      'Reads and publishes',
      'Recovery',
    ]);
  });

  it('has a runbook that its README leads to', () => {
    expect(existsSync(join(WORKSPACE, 'docs/runbooks', `${app}.md`))).toBe(true);
    expect(read('apps', app, 'README.md')).toContain(`(../../docs/runbooks/${app}.md)`);
  });
});
