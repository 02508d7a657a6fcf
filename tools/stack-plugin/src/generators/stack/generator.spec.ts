import { rmSync } from 'node:fs';
import { logger } from '@nx/devkit';
import syncOwners from '../owners/generator';
import { TestWorkspace } from '../test-workspace';
import stackGenerator, { type StackOptions } from './generator';

// Formats by a Prettier of the workspace, of which this one has none.
jest.mock('@nx/devkit', () => ({ ...jest.requireActual('@nx/devkit'), formatFiles: jest.fn() }));

const ORDERS = { name: 'orders', owner: 'orders-team' };

const MAIN = `import { loadEnvironment } from '@dr/environments';
import { runStackApp } from '@dr/platform-stack';

runStackApp({ name: 'billing', owner: 'billing-team', loadEnvironment }, (app) => {
  new LedgerState(app);
});
`;

/** A workspace in the places that are the plugin's defaults. */
const HOUSE = {
  'nx.json': '{ "plugins": ["./tools/stack-plugin/nx/plugin.cjs"] }',
  'package.json': '{ "dependencies": { "cdktf": "0.21.0", "@cdktf/provider-aws": "21.22.1" } }',
  'tsconfig.base.json': '{ "compilerOptions": { "paths": { "@dr/*": ["./libs/*/src/index.ts"] } } }',
  'libs/testing/src/index.ts': '',
  'libs/cidr/tsconfig.json': '{}',
  'apps/billing/tsconfig.json': '{}',
  'apps/billing/src/main.ts': MAIN,
  'apps/billing/src/contract.ts': `import { defineContract } from '@dr/stack-contracts';

export const pricesContract = defineContract({ name: 'prices', owner: 'billing', outputs: {} });
`,
  'apps/billing/src/ledger-state.ts': `export class LedgerState extends PlatformState {
  constructor(app: PlatformApp, region: string) {
    super(app, \`ledger-\${region}\`, { ...app.stateProps, region });
  }
}
`,
  'docs/runbooks/README.md':
    '# Runbooks\n\n| page | when |\n| --- | --- |\n| [billing](billing.md) | never |\n\nMore.\n',
};

/** A workspace with a scope and folders of its own, and the fork of CDKTF. */
const FOREIGN = {
  'nx.json':
    '{ "plugins": [{ "plugin": "@dr/stack-plugin", "options": { "stacks": "platform/services", "scope": "@acme" } }] }',
  'package.json': '{ "dependencies": { "cdktn": "0.24.0", "@cdktn/provider-aws": "25.7.0" } }',
  'tsconfig.base.json': '{ "compilerOptions": {} }',
  'platform/services/README.md': '',
};

let workspace: TestWorkspace;
let said: jest.SpyInstance;

function open(files: Readonly<Record<string, string>>): void {
  workspace = new TestWorkspace(files);
}

beforeEach(() => {
  said = jest.spyOn(logger, 'info').mockImplementation();
  open(HOUSE);
});

afterEach(() => {
  rmSync(workspace.root, { recursive: true });
});

const generate = (options: StackOptions) => workspace.run((tree) => stackGenerator(tree, options));
const saying = () => said.mock.calls.flat();

describe('a new stack', () => {
  it('is owned, where code owners are written, as nx sync would have it', async () => {
    open({ ...HOUSE, 'package.json': '{ "repository": "github:acme/trading" }', '.github/CODEOWNERS': '' });
    const written = await generate(ORDERS);

    expect(written['.github/CODEOWNERS']).toContain('/apps/orders/ @acme/orders-team\n');
    expect(written['.github/CODEOWNERS']).toContain('/docs/runbooks/orders.md @acme/orders-team\n');
    expect(await syncOwners(workspace.tree())).toEqual({});
  });

  it('is a folder of its own, with a runbook', async () => {
    const written = await generate(ORDERS);

    expect(Object.keys(written).sort()).toEqual([
      'apps/orders/README.md',
      'apps/orders/src/contract.ts',
      'apps/orders/src/main.ts',
      'apps/orders/src/orders-state.spec.ts',
      'apps/orders/src/orders-state.ts',
      'apps/orders/tsconfig.json',
      'docs/runbooks/README.md',
      'docs/runbooks/orders.md',
    ]);
    expect(written['docs/runbooks/README.md']).toContain(
      'never |\n| [orders](orders.md) | messages of orders pile up |',
    );
    expect(written['apps/orders/README.md']).toContain('Owner: orders-team.');
  });

  it('has names that follow from its own', async () => {
    const written = await generate({ name: 'order-book', owner: 'orders-team' });

    expect(written['apps/order-book/src/main.ts']).toBe(`import { loadEnvironment } from '@dr/environments';
import { runStackApp } from '@dr/platform-stack';
import { OrderBookState } from './order-book-state';

runStackApp({ name: 'order-book', owner: 'orders-team', loadEnvironment }, (app) => {
  for (const region of app.servingRegions) new OrderBookState(app, region);
});
`);
    expect(written['apps/order-book/src/contract.ts']).toContain(
      "export const orderBookContract = defineContract({\n  name: 'order-book',",
    );
    expect(written['apps/order-book/README.md']).toContain(
      "import { orderBookContract } from '@dr/order-book/contract';\nconst { queueUrl } = readOutputs(this, orderBookContract);",
    );
  });

  it('has in another workspace its folder, scope, settings and bindings, and no file of which that one has none', async () => {
    open(FOREIGN);

    const written = await generate({ ...ORDERS, settings: '@acme/config' });

    expect(Object.keys(written).sort()).toEqual(
      ['README.md', 'src/contract.ts', 'src/main.ts', 'src/orders-state.ts', 'tsconfig.json'].map(
        (file) => `platform/services/orders/${file}`,
      ),
    );
    expect(written['platform/services/orders/tsconfig.json']).toBe(
      '{ "extends": "../../../tsconfig.base.json", "include": ["src"] }\n',
    );
    expect(written['platform/services/orders/src/main.ts']).toContain("from '@acme/config'");
    expect(written['platform/services/orders/src/orders-state.ts']).toContain(
      "from '@cdktn/provider-aws/lib/sqs-queue'",
    );
    expect(written['platform/services/orders/README.md']).toContain("from '@acme/orders/contract'");
    expect(written['platform/services/orders/README.md']).not.toContain('runbook');
  });

  it('says where its settings come from, and that its inventory is yet to be written', async () => {
    open({ ...HOUSE, 'apps/billing/inventory.json': '{}' });

    await generate(ORDERS);

    expect(saying()).toEqual([
      'apps/orders: stack orders, with the settings of @dr/environments.',
      'Then: npx nx plan orders, npx nx deploy orders',
      'apps/orders/inventory.json is written last, from what the stack synthesizes to.',
    ]);
  });
});

describe('what is there', () => {
  it('stays, when it was generated', async () => {
    await generate(ORDERS);
    said.mockClear();

    expect(await generate(ORDERS)).toEqual({});
    expect(saying()).toEqual(['apps/orders: the stack orders is there and stays as it is. Nothing to change.']);
  });

  it('stays when it was edited or removed since, and what is missing is named', async () => {
    await generate(ORDERS);
    await workspace.run(async (tree) => {
      tree.write('apps/orders/src/orders-state.ts', '// a topic now');
      tree.delete('apps/orders/README.md');
    });
    said.mockClear();

    expect(await generate(ORDERS)).toEqual({});
    expect(saying().at(-1)).toBe('A new stack has these too: apps/orders/README.md');
  });

  it('stays in a folder that is no stack yet, and is named', async () => {
    open({ ...HOUSE, 'apps/orders/README.md': '# Plans\n', 'apps/orders/tsconfig.json': '{}' });

    const written = await generate(ORDERS);

    expect(written).not.toHaveProperty(['apps/orders/README.md']);
    expect(written).toHaveProperty(['apps/orders/src/main.ts']);
    expect(saying()).toContain('There already, and left as they are: apps/orders/tsconfig.json, apps/orders/README.md');
  });
});

describe('what cannot be', () => {
  it.each([
    [
      'a name in another case and a person as owner',
      { name: 'OrderBook', owner: 'Peter' },
      'name is OrderBook, expected kebab-case, such as order-book; --owner is Peter, expected a team in lower-case letters, such as orders-team. Nothing was changed. Type: npx nx g @dr/stack-plugin:stack order-book --owner=orders-team',
    ],
    [
      'no owner',
      { name: 'orders' },
      '--owner is missing, expected a team in lower-case letters, such as orders-team. Nothing was changed. Type: npx nx g @dr/stack-plugin:stack orders --owner=orders-team',
    ],
    [
      'a name that leaves the folder',
      { name: '../orders', owner: 'orders-team' },
      'name is ../orders, expected kebab-case, such as order-book. Nothing was changed. Type: npx nx g @dr/stack-plugin:stack orders --owner=orders-team',
    ],
    [
      'a name that Nx cannot have',
      { name: 'constructor', owner: 'orders-team' },
      'name is constructor, expected another word: every object of JavaScript has that member, and Nx takes it for a project. Nothing was changed. Type: npx nx g @dr/stack-plugin:stack orders --owner=orders-team',
    ],
    [
      'a name of whose state there is a class',
      { name: 'Platform', owner: 'orders-team' },
      'name is Platform, expected kebab-case, such as order-book. Nothing was changed. Type: npx nx g @dr/stack-plugin:stack orders --owner=orders-team',
    ],
    [
      'a name of whose contract there is a function',
      { name: 'define', owner: 'orders-team' },
      'name is define, expected another word: its contract would have the name of defineContract. Nothing was changed. Type: npx nx g @dr/stack-plugin:stack orders --owner=orders-team',
    ],
    [
      'a name for which a role has no room',
      { name: 'reconciliation-of-clearing-houses', owner: 'orders-team' },
      'name is reconciliation-of-clearing-houses, expected at most 31 characters: names of roles are made of it. Nothing was changed. Type: npx nx g @dr/stack-plugin:stack orders --owner=orders-team',
    ],
    [
      'the name of a project',
      { name: 'cidr', owner: 'orders-team' },
      'name is cidr, which is taken by the project libs/cidr, expected one of its own. Nothing was changed. Type another: npx nx g @dr/stack-plugin:stack <name> --owner=orders-team',
    ],
    [
      "the name of another stack's contract",
      { name: 'prices', owner: 'orders-team' },
      'name is prices, which is taken by the contract pricesContract of billing, expected one of its own. Nothing was changed. Type another: npx nx g @dr/stack-plugin:stack <name> --owner=orders-team',
    ],
    [
      "the name of another stack's states",
      { name: 'ledger', owner: 'orders-team' },
      'name is ledger, which is taken by the states ledger-<region> of billing, expected one of its own. Nothing was changed. Type another: npx nx g @dr/stack-plugin:stack <name> --owner=orders-team',
    ],
    [
      "another team's stack",
      { name: 'billing', owner: 'orders-team' },
      '--owner is orders-team, expected billing-team, who owns the stack billing that is there (apps/billing/src/main.ts). Nothing was changed. Type another name: npx nx g @dr/stack-plugin:stack <name> --owner=orders-team',
    ],
  ])('is refused: %s', async (_what, options, message) => {
    const tree = workspace.tree();

    await expect(stackGenerator(tree, options)).rejects.toThrow(new Error(message));
    expect(tree.listChanges()).toEqual([]);
  });

  it('is a stack without settings, where no other stack has any', async () => {
    open(FOREIGN);

    await expect(generate(ORDERS)).rejects.toThrow(
      new Error(
        '--settings is missing, expected the module that exports loadEnvironment: no stack of platform/services imports it yet. Nothing was changed. Type: npx nx g @dr/stack-plugin:stack orders --owner=orders-team --settings=@acme/<module>',
      ),
    );
  });
});
