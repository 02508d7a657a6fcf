import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type {
  CreateDependenciesContext,
  CreateNodesContext,
  NxJsonConfiguration,
  ProjectConfiguration,
} from '@nx/devkit';
import { createDependencies, createNodes, type StackPluginOptions } from './plugin';

let workspaceRoot: string;
beforeEach(() => (workspaceRoot = mkdtempSync(join(tmpdir(), 'dr-plugin-'))));
afterEach(() => rmSync(workspaceRoot, { recursive: true }));

/** This workspace's layout, with the tools' sources in it. */
const OWN = {
  'package.json': JSON.stringify({ dependencies: { cdktf: '0.21.0', constructs: '10.7.2' } }),
  'apps/data/tsconfig.json': '{}',
  'apps/data/src/main.ts': "runStackApp({ name: 'data', owner: 'data-team' }, define);",
  'apps/orders/tsconfig.json': '{}',
  'apps/orders/src/main.ts': `import { dataContract } from '@dr/data/contract';`,
  'libs/environments/tsconfig.json': '{}',
  'libs/environments/src/environments/local.ts': '',
  'libs/environments/src/environments/staging.ts': '',
  'tools/aws-sandbox/src/index.ts': '',
  'tools/stack-plugin/src/index.ts': '',
};

/** A workspace that has the tools from npm, and folders and a scope of its own. */
const FOREIGN = {
  'package.json': JSON.stringify({ dependencies: { cdktn: '0.24.0', constructs: '10.7.2' } }),
  'services/aws/ledger/tsconfig.json': '{}',
  'services/aws/ledger/src/main.ts': '',
  'services/aws/orders/tsconfig.json': '{}',
  'services/aws/orders/src/main.ts': `import { ledgerContract } from '@acme/ledger/contract';`,
  'services/aws/notes/tsconfig.json': '{}',
  'apps/web/tsconfig.json': '{}',
  'apps/web/src/main.ts': '',
  'config/environments/test.ts': '',
  'config/environments/live.ts': '',
};
const FOREIGN_OPTIONS: StackPluginOptions = {
  stacks: 'services/aws',
  environments: 'config/environments',
  defaultEnvironment: 'test',
  scope: '@acme',
};

/** Targets that the plugin infers of a workspace of these files, by project. */
async function infer(
  files: Readonly<Record<string, string>>,
  options?: unknown,
  nxJsonConfiguration: NxJsonConfiguration = {},
): Promise<Readonly<Record<string, ProjectConfiguration>>> {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspaceRoot, file)), { recursive: true });
    writeFileSync(join(workspaceRoot, file), text);
  }
  const [, create] = createNodes;
  const context: CreateNodesContext = { workspaceRoot, nxJsonConfiguration };
  const results = await create(Object.keys(files), options as Partial<StackPluginOptions>, context);
  return Object.fromEntries(
    results.flatMap(([, { projects = {} }]) =>
      Object.values(projects).map((project) => [project.name ?? '', project as ProjectConfiguration]),
    ),
  );
}

describe('a workspace', () => {
  it('has the stacks and the environments that its folders have, and no list of them', async () => {
    const projects = await infer(OWN);

    expect(Object.keys(projects)).toEqual(['data', 'orders']);
    expect(projects['data']?.tags).toEqual(['type:stack', 'owner:data-team']);
    expect(projects['orders']?.tags).toEqual(['type:stack']);
    for (const { targets = {} } of Object.values(projects)) {
      expect(targets['synth']?.configurations).toEqual({
        local: { environment: 'local' },
        staging: { environment: 'staging' },
        emulator: { environment: 'local' },
      });
      expect(targets['deploy']?.configurations).toEqual({
        local: { environment: 'local', account: 'sandbox' },
        staging: { environment: 'staging', account: 'aws' },
        emulator: { environment: 'local', account: 'emulator' },
      });
    }
    expect(projects['data']?.targets?.['destroy']?.dependsOn).toContainEqual({
      projects: ['orders'],
      target: 'destroy',
      params: 'forward',
    });
  });

  it('has a project that makes what deploys need where an option names one, and it is no stack', async () => {
    const files = {
      ...OWN,
      'tools/accounts/tsconfig.json': '{}',
      'tools/accounts/src/main.ts': "runStackApp({ name: 'accounts', owner: 'platform-team' }, define);",
    };

    const { accounts, ...stacks } = await infer(files, { bootstrap: 'tools/accounts' });

    expect(accounts).toMatchObject({ root: 'tools/accounts', tags: ['owner:platform-team'] });
    expect(Object.keys(accounts?.targets ?? {})).toEqual(['deploy']);
    expect(Object.keys(stacks)).toEqual(['data', 'orders']);
    expect(Object.keys(await infer(files))).toEqual(['data', 'orders']);
  });

  it('builds the tools that it develops, and is built anew when they change', async () => {
    const { data } = await infer(OWN, undefined, { namedInputs: { production: [] } });

    expect(data?.targets?.['build']?.executor).toBe('./tools/stack-plugin:build');
    expect(data?.targets?.['build']?.inputs).toEqual(expect.arrayContaining(['production', 'stackPlugin']));
    expect(data?.targets?.['plan']?.dependsOn).toContainEqual({ projects: ['aws-sandbox'], target: 'build' });
  });

  it('has its own folders, scope and default environment, by the options of the plugin', async () => {
    const projects = await infer(FOREIGN, FOREIGN_OPTIONS);

    expect(Object.values(projects).map(({ root }) => root)).toEqual(['services/aws/ledger', 'services/aws/orders']);
    expect(projects['ledger']?.targets?.['deploy']).toMatchObject({
      defaultConfiguration: 'test',
      configurations: {
        test: { environment: 'test', account: 'sandbox' },
        live: { environment: 'live', account: 'aws' },
        emulator: { environment: 'test', account: 'emulator' },
      },
    });
    expect(projects['ledger']?.targets?.['destroy']?.dependsOn).toContainEqual({
      projects: ['orders'],
      target: 'destroy',
      params: 'forward',
    });
  });

  it('names no project, package, target or input that only the workspace of the plugin has', async () => {
    const { ledger } = await infer(FOREIGN, FOREIGN_OPTIONS);

    expect(Object.keys(ledger?.targets ?? {})).toEqual(['build', 'synth', 'plan', 'deploy', 'destroy', 'outputs']);
    expect(ledger?.targets?.['build']).toMatchObject({
      executor: '@dr/stack-plugin:build',
      inputs: [
        'default',
        '^default',
        '{workspaceRoot}/{package-lock.json,pnpm-lock.yaml,yarn.lock}',
        { externalDependencies: ['@dr/stack-plugin'] },
      ],
      outputs: ['{workspaceRoot}/dist/services/aws/ledger'],
    });
    expect(ledger?.targets?.['plan']?.dependsOn).toEqual([
      { projects: ['tag:type:stack'], target: 'synth', params: 'forward' },
    ]);
  });

  it('synthesizes anew when its CDKTF changes, or the fork that it moved to', async () => {
    const { data } = await infer(OWN);
    const { ledger } = await infer(FOREIGN, FOREIGN_OPTIONS);

    expect(data?.targets?.['synth']?.inputs).toContainEqual({ externalDependencies: ['cdktf', 'constructs'] });
    expect(ledger?.targets?.['synth']?.inputs).toContainEqual({ externalDependencies: ['cdktn', 'constructs'] });
  });

  it('is looked at anew when an environment or an import of a contract comes or goes, wherever its folders are', () => {
    expect(createNodes[0]).toBe('**/{tsconfig.json,*.ts}');
  });

  it('has an edge where a stack imports a contract, whether or not Nx analyses imports, and none for a test', async () => {
    const files = {
      ...FOREIGN,
      'services/aws/ledger/src/ledger.spec.ts': `import { ordersContract } from '@acme/orders/contract';`,
    };
    const projects = await infer(files, FOREIGN_OPTIONS);
    const filesOf = (root: string) =>
      Object.keys(files)
        .filter((file) => file.startsWith(`${root}/`))
        .map((file) => ({ file, hash: '' }));

    const edges = await createDependencies(FOREIGN_OPTIONS, {
      projects,
      fileMap: {
        projectFileMap: Object.fromEntries(Object.entries(projects).map(([name, { root }]) => [name, filesOf(root)])),
        nonProjectFiles: [],
      },
      workspaceRoot,
    } as unknown as CreateDependenciesContext);

    expect(edges).toEqual([
      { source: 'orders', target: 'ledger', sourceFile: 'services/aws/orders/src/main.ts', type: 'static' },
    ]);
  });

  it('says what is wrong with its options, where Nx would not', async () => {
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);

    await expect(infer(FOREIGN, { stack: 'services' })).rejects.toThrow();

    expect(said).toHaveBeenCalledWith(
      'nx.json: options of the stack plugin: unknown option stack, expected one of stacks, environments, defaultEnvironment, scope, bootstrap. ' +
        'Did you mean stacks? Correct it there and run again.\n',
    );
    said.mockRestore();
  });
});
