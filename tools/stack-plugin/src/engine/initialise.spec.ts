import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { awsAccount } from '../accounts/aws-account';
import { openState, type StateRunOptions } from './state-run';
import { copyInitialised } from './work-folder';

// Real Terraform. It installs a provider from a folder, and needs a provider's program only once it reads its schema.
jest.setTimeout(60_000);

const VERSION = '6.66.0';
const PLATFORM = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
const PROVIDERS = 'registry.terraform.io/hashicorp/aws';
const PACKAGE = `.terraform/providers/${PROVIDERS}/${VERSION}/${PLATFORM}`;
const PROGRAM = `${PACKAGE}/terraform-provider-aws`;
const LOCK = '.terraform.lock.hcl';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dr-init-'));
  const archive = zipSync({
    'terraform-provider-aws': [Buffer.from('#!/bin/sh\nexit 1\n'), { attrs: 0o755 << 16, os: 3 }],
  });
  mkdirSync(join(folder, 'mirror', PROVIDERS), { recursive: true });
  writeFileSync(join(folder, 'mirror', PROVIDERS, `terraform-provider-aws_${VERSION}_${PLATFORM}.zip`), archive);
  writeFileSync(
    join(folder, 'terraformrc'),
    `provider_installation {\n  filesystem_mirror {\n    path = "${folder}/mirror"\n  }\n}\n`,
  );
  write('network');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Synthesizes a state with a module of its own, and a backend that no other state has, as on S3. */
function write(name: string, { provider = true, path = `${name}.tfstate` } = {}): void {
  mkdirSync(join(folder, name, 'module'), { recursive: true });
  const resource = { terraform_data: { one: { input: 'one' } } };
  writeFileSync(join(folder, name, 'module/main.tf.json'), JSON.stringify({ resource }));
  writeFileSync(
    join(folder, name, 'cdk.tf.json'),
    JSON.stringify({
      terraform: {
        backend: { local: { path } },
        ...(provider ? { required_providers: { aws: { source: 'hashicorp/aws', version: VERSION } } } : {}),
      },
      module: { mod: { source: './module' } },
      resource,
    }),
  );
}

const workFolder = (name = 'network') => join(folder, `work-${name}`);
const inWork = (path: string, name?: string) => join(workFolder(name), path);

function options(name: string, changes: Partial<StateRunOptions> = {}): StateRunOptions {
  return {
    entry: { name, region: 'us-east-1', folder: `stacks/${name}`, digest: '', publishes: [], reads: [] },
    terraformJson: JSON.parse(readFileSync(join(folder, name, 'cdk.tf.json'), 'utf8')),
    copyFiles: (target) => cp(join(folder, name), target, { recursive: true }),
    workFolder: workFolder(name),
    binary: 'terraform',
    account: { ...awsAccount, environment: async () => ({ TF_CLI_CONFIG_FILE: join(folder, 'terraformrc') }) },
    commandLine: 'nx run network:deploy',
    destination: { environment: 'local', account: 'sandbox' },
    interrupt: new AbortController().signal,
    initialised: new Map(),
    onProgress: () => undefined,
    onWarning: () => undefined,
    ...changes,
  };
}

/** Plans a state. @returns the counts, or what Terraform said */
async function plan(run: StateRunOptions): Promise<string> {
  const state = await openState(run);
  try {
    const { counts } = await state.plan({ destroy: false });
    return `${counts.add} to add`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await state.close();
  }
}

/** Terraform has found providers and modules whole, and asks the provider, which is none, for its schema. */
const WHOLE = expect.stringContaining('error: Failed to load plugin schemas');

/** Steps of the last `init` in a work folder that install something. */
const installed = (name?: string) =>
  [
    ...readFileSync(inWork('init.log', name), 'utf8').matchAll(
      /"@message":"(Installing provider|[^"]*previously-installed)/g,
    ),
  ].map(([, step]) => step);

describe('an initialisation', () => {
  it('is left out while it is whole, and made anew for another module', async () => {
    write('network', { provider: false });
    const first = await plan(options('network'));
    rmSync(inWork('init.log'));
    const second = await plan(options('network'));
    const leftOut = !existsSync(inWork('init.log'));
    const json = JSON.parse(readFileSync(join(folder, 'network/cdk.tf.json'), 'utf8'));
    writeFileSync(
      join(folder, 'network/cdk.tf.json'),
      JSON.stringify({ ...json, module: { ...json.module, other: { source: './module' } } }),
    );

    expect([first, second, leftOut]).toEqual(['2 to add', '2 to add', true]);
    expect(await plan(options('network'))).toBe('3 to add');
  });

  it.each<[string, () => void]>([
    ['no folder', () => rmSync(inWork('.terraform'), { recursive: true })],
    ['no settings of its backend', () => rmSync(inWork('.terraform/terraform.tfstate'))],
    ['half of the settings of its backend', () => truncateSync(inWork('.terraform/terraform.tfstate'), 40)],
    ['no providers', () => rmSync(inWork('.terraform/providers'), { recursive: true })],
    ['a provider without its program', () => rmSync(inWork(PROGRAM))],
    ['half of a provider', () => truncateSync(inWork(PROGRAM), 5)],
    [
      'a link to a provider that is gone',
      () => {
        rmSync(inWork(PACKAGE), { recursive: true });
        symlinkSync(join(folder, 'emptied-cache'), inWork(PACKAGE));
      },
    ],
    ['no lock file', () => rmSync(inWork(LOCK))],
    ['half of a lock file', () => truncateSync(inWork(LOCK), 100)],
    ['no modules', () => rmSync(inWork('.terraform/modules'), { recursive: true })],
    ['half of a list of modules', () => truncateSync(inWork('.terraform/modules/modules.json'), 40)],
    ['no record of itself', () => rmSync(inWork('init.key'))],
  ])('is made once more where it left %s', async (_what, damage) => {
    const before = await plan(options('network'));
    rmSync(inWork('init.log'));
    damage();

    const after = await plan(options('network'));

    expect([before, after]).toEqual([WHOLE, WHOLE]);
    expect(existsSync(inWork('init.log'))).toBe(true);
  });

  it('is made once more where a plugin cache that it is linked to was emptied', async () => {
    const cache = join(folder, 'cache');
    mkdirSync(cache);
    const account = {
      ...awsAccount,
      environment: async () => ({ TF_CLI_CONFIG_FILE: join(folder, 'terraformrc'), TF_PLUGIN_CACHE_DIR: cache }),
    };
    const before = await plan(options('network', { account }));
    const linked = readlinkSync(inWork(PACKAGE));
    rmSync(cache, { recursive: true });
    mkdirSync(cache);

    const after = await plan(options('network', { account }));

    expect(linked).toBe(join(cache, PROVIDERS, VERSION, PLATFORM));
    expect([before, after]).toEqual([WHOLE, WHOLE]);
  });

  it('installs a provider once a run, also for states of different backends', async () => {
    write('data');
    write('compute');
    const initialised = new Map<string, Promise<string>>();
    const states = ['network', 'data', 'compute'];

    const plans = await Promise.all(states.map((name) => plan(options(name, { initialised }))));

    expect(plans).toEqual([WHOLE, WHOLE, WHOLE]);
    expect(states.flatMap((name) => installed(name)).sort()).toEqual([
      'Installing provider',
      expect.stringContaining('previously-installed'),
      expect.stringContaining('previously-installed'),
    ]);
    expect(new Set(states.map((name) => statSync(inWork(PROGRAM, name)).ino)).size).toBe(1);
    expect(
      states.map((name) => JSON.parse(readFileSync(inWork('.terraform/terraform.tfstate', name), 'utf8'))),
    ).toEqual(
      states.map((name) =>
        expect.objectContaining({
          backend: expect.objectContaining({ config: { path: `${name}.tfstate`, workspace_dir: null } }),
        }),
      ),
    );
  });

  it('takes over what a state of an earlier run has installed', async () => {
    await plan(options('network'));
    write('data');
    const initialised = new Map<string, Promise<string>>();

    await plan(options('network', { initialised }));
    await plan(options('data', { initialised }));

    expect(installed('data')).toEqual([expect.stringContaining('previously-installed')]);
  });

  it.each([
    ['alike', 'network.tfstate'],
    ['of another backend', 'data.tfstate'],
  ])('takes over nothing that is damaged, of a state %s', async (_what, path) => {
    write('data', { path });
    const initialised = new Map<string, Promise<string>>();
    await plan(options('network', { initialised }));
    rmSync(inWork(PROGRAM));

    const after = await plan(options('data', { initialised }));

    expect(after).toEqual(WHOLE);
    expect(installed('data')).toEqual(['Installing provider']);
  });

  it('is copied whole or not at all', async () => {
    await plan(options('network'));
    const target = join(folder, 'target');
    mkdirSync(target);
    // No copy can be made of it.
    execFileSync('mkfifo', [inWork('.terraform/modules/pipe')]);

    const failed = await copyInitialised(workFolder(), target).catch((error: NodeJS.ErrnoException) => error.code);
    const left = readdirSync(target);
    rmSync(inWork('.terraform/modules/pipe'));
    await copyInitialised(workFolder(), target);

    expect(failed).toBe('ERR_FS_CP_FIFO_PIPE');
    expect(left).not.toContain('.terraform');
    expect(readdirSync(join(target, '.terraform')).sort()).toEqual(['modules', 'providers', 'terraform.tfstate']);
    expect(readdirSync(target).sort()).toEqual(['.terraform', LOCK]);
  });

  it('moves to another version of a provider that the state asks for', async () => {
    await plan(options('network'));
    const json = readFileSync(join(folder, 'network/cdk.tf.json'), 'utf8');
    writeFileSync(join(folder, 'network/cdk.tf.json'), json.replace(VERSION, '6.67.0'));
    const mirror = join(folder, 'mirror', PROVIDERS);
    const archive = (version: string) => join(mirror, `terraform-provider-aws_${version}_${PLATFORM}.zip`);
    renameSync(archive(VERSION), archive('6.67.0'));

    const after = await plan(options('network'));

    expect(after).toEqual(WHOLE);
    expect(readdirSync(dirname(inWork(PACKAGE)).replace(`/${VERSION}`, ''))).toEqual(['6.67.0']);
  });
});

describe('a lock file of the workspace', () => {
  const lockFile = () => join(folder, LOCK);

  it('is used, and left as it is', async () => {
    await plan(options('network'));
    const text = `# reviewed\n${readFileSync(inWork(LOCK), 'utf8')}`;
    writeFileSync(lockFile(), text);

    const after = await plan(options('network', { lockFile: lockFile() }));

    expect(after).toEqual(WHOLE);
    expect([readFileSync(lockFile(), 'utf8'), readFileSync(inWork(LOCK), 'utf8')]).toEqual([text, text]);
  });

  it('refuses a provider of other contents than it says', async () => {
    await plan(options('network'));
    const text = readFileSync(inWork(LOCK), 'utf8').replace(/"h1:[^"]*"/, `"h1:${'A'.repeat(43)}="`);
    writeFileSync(lockFile(), text);

    const after = await plan(options('network', { lockFile: lockFile() }));

    expect(after).toMatch(/^network: init failed\.\n[^]*doesn't match any of the checksums/);
  });

  it('refuses a provider that it does not list', async () => {
    writeFileSync(lockFile(), '# nothing\n');

    const after = await plan(options('network', { lockFile: lockFile() }));

    expect(after).toMatch(/^network: init failed\.\n[^]*lock file is read-only/);
  });

  it('is no file that has to be there', async () => {
    expect(await plan(options('network', { lockFile: lockFile() }))).toEqual(WHOLE);
  });
});
