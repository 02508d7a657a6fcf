import { rmSync } from 'node:fs';
import { logger } from '@nx/devkit';
import { TestWorkspace } from '../test-workspace';
import environmentGenerator, { type EnvironmentOptions } from './generator';

// Formats by a Prettier of the workspace, of which this one has none.
jest.mock('@nx/devkit', () => ({ ...jest.requireActual('@nx/devkit'), formatFiles: jest.fn() }));

const FOLDER = 'config/environments';
const STAGING = { name: 'staging', from: 'live', accountId: '333333333333' };

const LIVE = `import type { Settings } from '../settings';

const MINUTE = 60;

/** Production. */
export const live: Settings = {
  name: 'live',
  platform: 'live',
  accountId: '222222222222',
  domainName: 'shop.live.example.com',
  regions: { primary: { name: 'eu-west-1' }, standby: { name: 'eu-central-1' } },
  emails: ['orders@live.example.com'],
  timeoutSeconds: MINUTE,
  stateBackend: { kind: 's3', bucketPrefix: 'shop-live-222222222222' },
};
`;

const FILES = {
  'nx.json': `{ "plugins": [{ "plugin": "@dr/stack-plugin", "options": { "environments": "${FOLDER}", "defaultEnvironment": "live" } }] }`,
  [`${FOLDER}/live.ts`]: LIVE,
  [`${FOLDER}/old.ts`]: 'export { live as old } from "./live";\n',
};

let workspace: TestWorkspace;
let said: jest.SpyInstance;
let warned: jest.SpyInstance;

function open(files: Readonly<Record<string, string>>): void {
  workspace = new TestWorkspace({ ...FILES, ...files });
}

beforeEach(() => {
  said = jest.spyOn(logger, 'info').mockImplementation();
  warned = jest.spyOn(logger, 'warn').mockImplementation();
  open({});
});

afterEach(() => {
  rmSync(workspace.root, { recursive: true });
});

const generate = (options: EnvironmentOptions) => workspace.run((tree) => environmentGenerator(tree, options));

describe('a new environment', () => {
  it('is a copy, with a name, an account, a domain and state buckets of its own', async () => {
    expect(await generate(STAGING)).toEqual({
      [`${FOLDER}/staging.ts`]: `import type { Settings } from '../settings';

const MINUTE = 60;

/** Settings of staging, begun as a copy of those of live. */
export const staging: Settings = {
  name: 'staging',
  platform: 'live',
  accountId: '333333333333',
  domainName: 'shop.staging.example.com',
  regions: { primary: { name: 'eu-west-1' }, standby: { name: 'eu-central-1' } },
  emails: ['orders@live.example.com'],
  timeoutSeconds: MINUTE,
  stateBackend: { kind: 's3', bucketPrefix: 'shop-staging-333333333333' },
};
`,
    });
    expect(said.mock.calls.flat()).toEqual([
      'config/environments/staging.ts: a copy of live.ts, but for',
      '  name: live -> staging',
      '  accountId: 222222222222 -> 333333333333',
      '  domainName: shop.live.example.com -> shop.staging.example.com',
      '  stateBackend.bucketPrefix: shop-live-222222222222 -> shop-staging-333333333333',
      'Read through the rest of it. Then: npx nx run-many -t synth -c staging',
    ]);
  });

  it('has state buckets of its own where their prefix bears neither name nor account', async () => {
    open({ [`${FOLDER}/live.ts`]: LIVE.replace('shop-live-222222222222', 'shop-tfstate') });

    const { [`${FOLDER}/staging.ts`]: staging } = await generate(STAGING);

    expect(staging).toContain("bucketPrefix: 'shop-tfstate-staging'");
  });

  it("may stay in the other one's account, which Nx may give as a number, and is told so", async () => {
    const { [`${FOLDER}/staging.ts`]: staging } = await generate({ name: 'staging', from: 'live' });
    expect(staging).toContain("accountId: '222222222222'");
    expect(said.mock.calls.flat()).toContain('  The account is that of live.');

    const { [`${FOLDER}/test.ts`]: test } = await generate({ ...STAGING, name: 'test', accountId: 444444444444 });
    expect(test).toContain("accountId: '444444444444'");
  });

  it('is said to keep its states beside the configuration, where the other one does', async () => {
    open({ [`${FOLDER}/live.ts`]: LIVE.replace(/stateBackend: .*/, "stateBackend: { kind: 'local' },") });

    await generate(STAGING);

    expect(warned.mock.calls.flat()).toEqual([
      "config/environments/staging.ts: its states are kept beside the configuration, as those of live. For AWS give it stateBackend: { kind: 's3', bucketPrefix: '…' }.",
    ]);
  });
});

describe('an environment that is there', () => {
  it('stays, and is the whole of it the second time, however it is laid out', async () => {
    const { [`${FOLDER}/staging.ts`]: staging = '' } = await generate(STAGING);
    await workspace.run(async (tree) =>
      tree.write(`${FOLDER}/staging.ts`, staging.replace("{ kind: 's3', ", "{\n    kind: 's3',\n    ")),
    );
    said.mockClear();

    expect(await generate(STAGING)).toEqual({});
    expect(said.mock.calls.flat()).toEqual([
      'config/environments/staging.ts is there, a copy of live.ts. Nothing to change.',
    ]);
  });

  it('is refused where it is another one', async () => {
    await generate(STAGING);

    await expect(generate({ ...STAGING, accountId: '444444444444' })).rejects.toThrow(
      new Error(
        'name is staging, which is taken by config/environments/staging.ts, expected one of its own: what is there stays. Nothing was changed. Type another: npx nx g @dr/stack-plugin:environment <name> --from=live',
      ),
    );
  });
});

it.each([
  [
    'a name with a hyphen, of no environment, for no account',
    { name: 'two-words', accountId: '12' },
    'name is two-words, expected 2 to 12 lower-case letters and digits, a letter first; --from is missing, expected one of live, old; --account-id is 12, expected the 12 digits of an AWS account. Nothing was changed. Type: npx nx g @dr/stack-plugin:environment staging --from=live',
  ],
  [
    'a keyword',
    { name: 'public', from: 'live' },
    'name is public, expected another word: that one has a meaning in TypeScript. Nothing was changed. Type: npx nx g @dr/stack-plugin:environment staging --from=live',
  ],
  [
    'a word that no constant of a module has',
    { name: 'await', from: 'live' },
    'name is await, expected another word: that one has a meaning in TypeScript. Nothing was changed. Type: npx nx g @dr/stack-plugin:environment staging --from=live',
  ],
  [
    'the configuration of emulators',
    { name: 'emulator', from: 'live' },
    'name is emulator, expected another word: that configuration is there. Nothing was changed. Type: npx nx g @dr/stack-plugin:environment staging --from=live',
  ],
  [
    'a copy of one that there is none of',
    { name: 'staging', from: 'lve' },
    '--from is lve, expected one of live, old. Did you mean live? Nothing was changed. Type: npx nx g @dr/stack-plugin:environment staging --from=<environment>',
  ],
  [
    'a copy of one that is not written in place',
    { name: 'staging', from: 'old' },
    'config/environments/old.ts: exports no settings as an object in its place, expected one with its name. Nothing was changed. Copy the file by hand.',
  ],
])('is refused: %s', async (_what, options, message) => {
  const tree = workspace.tree();

  await expect(environmentGenerator(tree, options)).rejects.toThrow(new Error(message));
  expect(tree.listChanges()).toEqual([]);
});
