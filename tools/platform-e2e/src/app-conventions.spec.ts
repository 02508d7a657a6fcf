import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const WORKSPACE = join(__dirname, '../../..');
const read = (...path: string[]) => readFileSync(join(WORKSPACE, ...path), 'utf8');
const apps = readdirSync(join(WORKSPACE, 'apps'));

it('has the four stacks', () => {
  expect(apps.sort()).toEqual(['compute', 'data', 'global-dns', 'network']);
});

describe.each(apps)('the app %s', (app) => {
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
