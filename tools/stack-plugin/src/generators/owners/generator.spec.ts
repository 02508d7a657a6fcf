import { rmSync } from 'node:fs';
import { TestWorkspace } from '../test-workspace';
import owners, { BOUNDARIES_FILE, CODE_OWNERS_FILE } from './generator';

const main = (name: string, owner: string) => `runStackApp({ name: '${name}', owner: '${owner}' }, define);\n`;

const FILES = {
  'package.json': JSON.stringify({ repository: 'github:acme/trading' }),
  'nx.json': JSON.stringify({ plugins: [{ plugin: '@dr/stack-plugin', options: { bootstrap: 'tools/accounts' } }] }),
  'apps/orders/src/main.ts': main('orders', 'orders-team'),
  'apps/mail/src/main.ts': main('mail', 'mail-team'),
  'apps/notes/README.md': 'No stack.',
  'docs/runbooks/orders.md': '# orders\n',
  'tools/accounts/src/main.ts': main('accounts', 'platform-team'),
};

let workspace: TestWorkspace;
afterEach(() => rmSync(workspace.root, { recursive: true }));

const open = (files: Readonly<Record<string, string>>) => (workspace = new TestWorkspace(files));

describe('the generator of owners', () => {
  it('writes who reviews which files, and whose libraries a stack may use', async () => {
    const written = await open(FILES).run(owners);

    expect(written[CODE_OWNERS_FILE])
      .toBe(`# Written from the owners in the main.ts of the stacks. Change one there, and run: npx nx sync
* @acme/platform-team
/apps/mail/ @acme/mail-team
/apps/orders/ @acme/orders-team
/docs/runbooks/orders.md @acme/orders-team
`);
    expect(JSON.parse(written[BOUNDARIES_FILE] ?? '')).toEqual([
      { sourceTag: 'owner:mail-team', notDependOnLibsWithTags: ['owner:orders-team', 'owner:platform-team'] },
      { sourceTag: 'owner:orders-team', notDependOnLibsWithTags: ['owner:mail-team', 'owner:platform-team'] },
      { sourceTag: 'owner:platform-team', notDependOnLibsWithTags: ['owner:mail-team', 'owner:orders-team'] },
    ]);
  });

  it('changes nothing the second time, and says what is not as it follows', async () => {
    await open(FILES).run(owners);

    expect(await owners(workspace.tree())).toEqual({});
    const tree = workspace.tree();
    tree.write('apps/mail/src/main.ts', main('mail', 'orders-team'));
    tree.write(CODE_OWNERS_FILE, `${tree.read(CODE_OWNERS_FILE, 'utf8')}/apps/mail/ @somebody\n`);
    expect(await owners(tree)).toEqual({
      outOfSyncMessage:
        'apps/mail/src/main.ts and .github/CODEOWNERS and module-boundaries.json must follow from the owners of the stacks. Type: npx nx sync',
    });
    expect(tree.read(CODE_OWNERS_FILE, 'utf8')).toContain('/apps/mail/ @acme/orders-team\n');
    expect(tree.read(CODE_OWNERS_FILE, 'utf8')).not.toContain('somebody');
  });

  it('names the owner in a README that names one, and adds none to another', async () => {
    const readme = (owner: string) => `# mail\n\nSends mail. Owner: ${owner}.\n`;
    const files = { 'apps/mail/README.md': readme('old-team'), 'apps/orders/README.md': '# orders\n' };
    const written = await open({ ...FILES, ...files }).run(owners);

    expect(written['apps/mail/README.md']).toBe(readme('mail-team'));
    expect(written).not.toHaveProperty('apps/orders/README.md');
  });

  it('owns by no default where there is no bootstrap', async () => {
    const written = await open({ ...FILES, 'nx.json': '{}' }).run(owners);

    expect(written[CODE_OWNERS_FILE]).not.toMatch(/^\*/m);
  });

  it.each([
    [{ type: 'git', url: 'git+https://github.com/acme-2/trading.git' }, 'acme-2'],
    ['git@github.com:acme/trading.git', 'acme'],
    ['acme/trading', 'acme'],
  ])('knows the organization of %j', async (repository, organization) => {
    const written = await open({ ...FILES, 'package.json': JSON.stringify({ repository }) }).run(owners);

    expect(written[CODE_OWNERS_FILE]).toContain(`/apps/mail/ @${organization}/mail-team\n`);
  });

  it.each([
    [{}, 'missing'],
    [{ repository: 'trading' }, 'trading'],
  ])('refuses %j, by which no team is known', async (text, got) => {
    await expect(open({ ...FILES, 'package.json': JSON.stringify(text) }).run(owners)).rejects.toThrow(
      `package.json: repository is ${got}, expected the organization and the name, such as github:acme/trading: code owners are teams of the organization. Nothing was changed. Write it there, and type: npx nx sync`,
    );
  });

  it('refuses all owners that are no literal, at once', async () => {
    const files = {
      ...FILES,
      'apps/orders/src/main.ts': 'runStackApp({ name, owner: team() }, define);',
      'tools/accounts/src/main.ts': '',
    };

    await expect(open(files).run(owners)).rejects
      .toThrow(`apps/orders/src/main.ts: owner is missing, expected a literal such as owner: 'orders-team'.
tools/accounts/src/main.ts: owner is missing, expected a literal such as owner: 'orders-team'.
Nothing was changed. Write it there, in the first argument of runStackApp, and type: npx nx sync`);
  });
});
