import { logger, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import useCdktn from './generator';

// Formats by a Prettier of the workspace, of which a tree in memory has none.
jest.mock('@nx/devkit', () => ({ ...jest.requireActual('@nx/devkit'), formatFiles: jest.fn() }));

const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'shop',
    dependencies: { '@cdktf/provider-aws': '21.22.1', cdktf: '0.21.0', constructs: '10.7.2' },
    devDependencies: { 'cdktf-cli': '0.21.0' },
    peerDependencies: { cdktf: '^0.21.0' },
  }),
  'apps/orders/src/main.ts': `import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { App as Orders } from 'cdktf';

/** Written with cdktf. */
const app = new Orders({ outdir: 'dist' });
new SqsQueue(app, 'Queue', { name: 'cdktf-orders' });
`,
  'apps/orders/README.md': "The `cdktf` library.\n\n```ts\nimport { App } from 'cdktf';\n```\n",
  'apps/orders/project.json': JSON.stringify({ inputs: [{ externalDependencies: ['cdktf', '@cdktf/provider-aws'] }] }),
  'libs/platform/src/app.ts': `import * as cdktf from 'cdktf';

export class PlatformApp extends cdktf.App {
  constructor(outdir: string) {
    super({
      outdir,
      context: { stage: 'test' },
    });
  }
}
`,
  'libs/platform/src/bindings.ts': `import { join } from 'node:path';

export const folder = join('node_modules/@cdktf/provider-aws/lib', 'sqs-queue');
export const missing = \`\${folder}: install @cdktf/provider-aws\`;
export const other = '@cdktf/provider-aws-go';
`,
};

let tree: Tree;
let said: jest.SpyInstance;
let warned: jest.SpyInstance;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  for (const [file, text] of Object.entries(FILES)) tree.write(file, text);
  said = jest.spyOn(logger, 'info').mockImplementation();
  warned = jest.spyOn(logger, 'warn').mockImplementation();
});

const textOf = (file: string): string => tree.read(file, 'utf8') ?? '';

const contents = (): unknown => Object.keys(FILES).map(textOf);

describe('use-cdktn', () => {
  it('names the fork in package.json, in its place and with its version', async () => {
    await useCdktn(tree, { skipInstall: true });

    expect(JSON.parse(textOf('package.json'))).toMatchObject({
      dependencies: { '@cdktn/provider-aws': '25.7.0', cdktn: '0.24.0', constructs: '10.7.2' },
      devDependencies: { 'cdktf-cli': '0.21.0' },
      peerDependencies: { cdktn: '^0.24.0' },
    });
    expect(textOf('package.json')).not.toContain('"cdktf"');
  });

  it('renames module specifiers, and of other text the name of the bindings alone', async () => {
    await useCdktn(tree, { skipInstall: true });

    expect(textOf('apps/orders/src/main.ts')).toBe(`import { SqsQueue } from '@cdktn/provider-aws/lib/sqs-queue';
import { App as Orders } from 'cdktn';

/** Written with cdktf. */
const app = new Orders({ outdir: 'dist', context: { targetVersions: { terraform: '>=1.11.0', opentofu: '>=1.11.0' } } });
new SqsQueue(app, 'Queue', { name: 'cdktf-orders' });
`);
    expect(textOf('apps/orders/README.md')).toContain('The `cdktf` library.');
    expect(textOf('apps/orders/README.md')).toContain("from 'cdktn'");
    expect(JSON.parse(textOf('apps/orders/project.json'))).toEqual({
      inputs: [{ externalDependencies: ['cdktn', '@cdktn/provider-aws'] }],
    });
    expect(textOf('libs/platform/src/bindings.ts')).toContain("'node_modules/@cdktn/provider-aws/lib'");
    expect(textOf('libs/platform/src/bindings.ts')).toContain('install @cdktn/provider-aws`');
    expect(textOf('libs/platform/src/bindings.ts')).toContain("'@cdktf/provider-aws-go'");
  });

  it('adds the versions that apps run on to their context, and leaves what is in it', async () => {
    await useCdktn(tree, { skipInstall: true });

    expect(textOf('libs/platform/src/app.ts')).toBe(`import * as cdktf from 'cdktn';

export class PlatformApp extends cdktf.App {
  constructor(outdir: string) {
    super({
      outdir,
      context: { stage: 'test', targetVersions: { terraform: '>=1.11.0', opentofu: '>=1.11.0' } },
    });
  }
}
`);
  });

  it('changes nothing the second time, and says so', async () => {
    await useCdktn(tree, { skipInstall: true });
    const first = contents();
    said.mockClear();

    await useCdktn(tree, { skipInstall: true });

    expect(contents()).toEqual(first);
    expect(said.mock.calls).toEqual([['Nothing to change: no source or package.json names cdktf.']]);
  });

  it.each([
    ['new App(options)', ''],
    ['new App({ context })', ''],
    ['new App()', "new App({ context: { targetVersions: { terraform: '>=1.11.0', opentofu: '>=1.11.0' } } })"],
  ])('adds to %s, or says where a person has to', async (call, made) => {
    tree.write('apps/orders/src/main.ts', `import { App } from 'cdktf';\n\nexport const app = ${call};\n`);

    await useCdktn(tree, { skipInstall: true });

    if (made !== '') expect(textOf('apps/orders/src/main.ts')).toContain(made);
    expect(warned.mock.calls.flat()).toEqual(
      made === ''
        ? [
            "apps/orders/src/main.ts:3: options of the app are not an object written there, expected one. Add context: { targetVersions: { terraform: '>=1.11.0', opentofu: '>=1.11.0' } } to them.",
          ]
        : [],
    );
  });

  it('leaves the sources of the plugin, which works with either', async () => {
    tree.write('tools/plugin/package.json', JSON.stringify({ name: '@dr/stack-plugin' }));
    tree.write('tools/plugin/src/packages.ts', `export const PACKAGES = ['cdktf', 'cdktn'];\n`);

    await useCdktn(tree, { skipInstall: true });

    expect(textOf('tools/plugin/src/packages.ts')).toBe(`export const PACKAGES = ['cdktf', 'cdktn'];\n`);
  });

  it('changes nothing where bindings of another provider are used, and names them', async () => {
    tree.write('libs/dns/package.json', JSON.stringify({ dependencies: { '@cdktf/provider-random': '11.0.0' } }));
    const before = contents();

    await expect(useCdktn(tree, { skipInstall: true })).rejects.toThrow(
      "libs/dns/package.json: @cdktf/provider-random: package of cdktf without a known counterpart, expected @cdktf/provider-aws alone. Put the fork's package in its place, or remove it, and run this again. Nothing was changed.",
    );
    expect(contents()).toEqual(before);
  });

  it('reports what was changed and what to run', async () => {
    await useCdktn(tree, { skipInstall: true });

    expect(said.mock.calls.flat().join('\n')).toBe(
      `cdktf is now cdktn 0.24.0, @cdktf/provider-aws is now @cdktn/provider-aws 25.7.0: in package.json and 5 other files.
The app's context targetVersions was added in apps/orders/src/main.ts, libs/platform/src/app.ts.
What prose and update bots say of cdktf is left to you: git grep -n cdktf
Then: npm install, npx nx run-many -t typecheck test, and npx nx run-many -t plan, which has to say "no change" of what is deployed.`,
    );
  });
});
