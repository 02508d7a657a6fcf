/** Wrong input and a damaged surrounding are refused in a sentence that says what to do, and nothing is changed. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ENVIRONMENTS, promisedResources } from './synthesized';
import { editSource } from './source-edits';
import { run, TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const NETWORK = promisedResources('local', ['network']);
/** For what is wrong in the sources; what is wrong elsewhere is tried with what is built already. */
const workspace = new WorkspaceCopy('workspace');
const account = new TestAccount();
const folder = mkdtempSync(join(tmpdir(), 'dr-bad-input-'));
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
  rmSync(folder, { recursive: true });
});

const node = (...args: string[]) => run(process.execPath, args, { env: account.variables() });
const deployNetwork = (variables: Record<string, string> = {}, into = account) =>
  run(process.execPath, ['node_modules/.bin/nx', 'run', 'network:deploy'], {
    env: { ...into.variables(), ...variables },
  });

/** A program that says it is Terraform. */
function script(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('settings', () => {
  const LOCAL = 'libs/environments/src/environments/local.ts';
  const settings = workspace.read(LOCAL);
  afterEach(() => workspace.write(LOCAL, settings));

  /** Another value in place of a setting's, which is named by its path: `regions.standby`. */
  const set = (setting: string, value: string) =>
    workspace.write(
      LOCAL,
      editSource(workspace.read(LOCAL), { setting }, () => value),
    );

  it('of an environment that there is none of', async () => {
    const bundle = 'dist/apps/network/main.js';
    const { status, output } = await node(bundle, '--environment', 'nowhere', '--outdir', join(folder, 'nowhere'));

    expect(status).toBe(1);
    expect(output).toContain(
      `--environment is nowhere, expected one of ${ENVIRONMENTS.join(', ')}. Name one of them, or add libs/environments/src/environments/nowhere.ts.`,
    );
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('are all told of at once', async () => {
    set('regions.standby', "{ name: 'us-east-1', cidrBlock: '10.10.128.0/17' }");
    set('network.zoneCount', '9');
    set('domainName', "'trading_example'");

    const { status, output } = await workspace.nx(['run', 'network:synth']);

    expect(status).toBe(1);
    expect(output).toContain('regions.standby.name is "us-east-1", expected a region other than the primary');
    expect(output).toContain('network.zoneCount is 9, expected ');
    expect(output).toContain('domainName is "trading_example", expected ');
    expect(output).toContain('regions.standby.cidrBlock is "10.10.128.0/17", expected ');
    expect(output.match(/not synthesized/g)).toHaveLength(1);
    expect(output).not.toMatch(/^\s+at /m);
  });
});

describe('a workspace', () => {
  it('whose target depends on one that is not there is refused', async () => {
    const project = { name: 'network', targets: { audit: { command: 'true', dependsOn: ['syntesize'] } } };
    workspace.write('apps/network/project.json', JSON.stringify(project));

    const { status, output } = await workspace.nx(['run', 'network:audit']);
    rmSync(join(workspace.root, 'apps/network/project.json'));

    expect(status).not.toBe(0);
    expect(output).toContain(
      'network: target audit depends on syntesize, expected a target that exists. Correct its dependsOn.',
    );
  });

  it('whose contracts go round in a circle is not deployed, and the stacks of the circle are named', async () => {
    const file = 'apps/network/src/circle.ts';
    workspace.write(
      file,
      "import { tablesContract } from '@dr/data/contract';\nexport const circle = tablesContract;\n",
    );

    const { status, output } = await workspace.nx(['run-many', '-t', 'deploy'], { variables: account.environment });
    rmSync(join(workspace.root, file));

    expect(status).not.toBe(0);
    expect(output).toContain('Could not execute command because the task graph has a circular dependency');
    expect(output).toMatch(/data:deploy:local --> network:deploy:local/);
    expect(output).toMatch(/network:deploy:local --> data:deploy:local/);
  });

  it('that imports the whole provider, or more of an app than its contract, does not pass its lint', async () => {
    const file = 'apps/compute/src/greedy.ts';
    workspace.write(
      file,
      "import { vpc } from '@cdktf/provider-aws';\nimport { DataKeysState } from '../../data/src/data-keys-state';\nexport const greedy = [vpc, DataKeysState];\n",
    );

    const { status, output } = await workspace.nx(['run', 'compute:lint']);
    rmSync(join(workspace.root, file));

    expect(status).toBe(1);
    expect(output).toContain("'@cdktf/provider-aws' import is restricted from being used.");
    expect(output).toContain('Import a submodule: @cdktf/provider-aws/lib/<service>');
    expect(output).toMatch(/greedy\.ts[\s\S]*@nx\/enforce-module-boundaries/);
  });
});

describe('Terraform', () => {
  it('that is not there', async () => {
    const { status, output } = await deployNetwork({ TERRAFORM_BINARY_NAME: 'no-such-terraform' });

    expect(status).toBe(1);
    expect(output).toContain(
      'TERRAFORM_BINARY_NAME is no-such-terraform, expected a Terraform or OpenTofu that can be run. Correct it or unset it.',
    );
  });

  it('that is too old', async () => {
    const old = script('old-terraform', `echo '{"terraform_version":"1.5.7"}'`);

    const { status, output } = await deployNetwork({ TERRAFORM_BINARY_NAME: old });

    expect(status).toBe(1);
    expect(output).toContain(
      `${old}: version is 1.5.7, expected at least 1.11.0. Install a newer Terraform or OpenTofu, or set TERRAFORM_BINARY_NAME to one.`,
    );
  });
});

describe('a typing error', () => {
  async function expectRefused(refusal: string, args: readonly string[], daemonOf?: WorkspaceCopy): Promise<void> {
    const before = account.deployedResources();

    const { status, output } = await run(process.execPath, ['node_modules/.bin/nx', ...args], {
      ...(daemonOf === undefined ? {} : { cwd: daemonOf.root }),
      env: { ...account.variables(), NX_DAEMON: String(daemonOf !== undefined) },
    });

    expect(status).toBe(1);
    expect(output).toContain(refusal);
    expect(output).toContain('Nothing was changed.');
    expect(output).not.toContain('stacktrace');
    expect(account.deployedResources()).toEqual(before);
  }

  // Nx's daemon ends with what it refuses: that of this workspace is of every other suite too.
  it('in an option reaches no other environment, through the daemon too', async () => {
    const copy = new WorkspaceCopy('workspace');
    const args = ['run-many', '-t', 'deploy', '--enviroment=prod'];
    try {
      await expectRefused('--enviroment is not an option of deploy, expected ', args, copy);
    } finally {
      await copy.nx(['daemon', '--stop']);
      copy.dispose();
    }
  });

  it.each([
    ['the configuration', ['run', 'network:deploy', '-c', 'prdo'], '-c is prdo, expected one of '],
    ['an account', ['deploy', 'network', '--account=sandbx'], 'Did you mean sandbox? '],
    ['a configuration without -c', ['deploy', 'network', 'prod'], 'Type: npx nx deploy network -c prod, '],
    [
      'a project',
      ['run-many', '-t', 'deploy', '-p', 'network,dta'],
      'dta: no project of the workspace. Did you mean data? ',
    ],
    ['a target', ['run', 'network:deply'], 'deply: no target of network. Did you mean deploy? '],
    ['a target that has moved', ['run', 'recovery-cli:failover', '-c', 'prod'], 'npx --no-install recovery failover\n'],
  ])('in %s reaches no other environment', (_what, args, refusal) => expectRefused(refusal, args));
});

describe('AWS', () => {
  it('is asked once whose credentials the shell has, and nothing begins without any', async () => {
    const missing = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null' };
    const variables = {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      ...missing,
    };

    const { status, output } = await run(
      process.execPath,
      ['node_modules/.bin/nx', 'deploy', 'network', '-c', 'prod'],
      {
        env: { ...account.variables(), ...variables },
      },
    );

    expect(status).toBe(1);
    expect(output.match(/prod: no AWS credentials in this shell, expected those of account \d{12}\./g)).toHaveLength(1);
    expect(output).not.toContain('terraform');
  });
});

describe('a deploy', () => {
  it('of a state that another is deploying is refused, and says who holds it', async () => {
    // Its applies wait, at most two minutes, until the other deploy has ended.
    const go = join(folder, 'go');
    const waits = `i=0; while [ ! -e ${go} ] && [ $i -lt 1200 ]; do i=$((i+1)); sleep 0.1; done`;
    const slow = script('slow-terraform', `case "$1" in apply) ${waits};; esac\nexec terraform "$@"`);
    const first = deployNetwork({ TERRAFORM_BINARY_NAME: slow });
    const lock = join(account.deployment('network-us-east-1'), 'deploy.lock');
    while (!existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 50));

    const second = await deployNetwork();
    writeFileSync(go, '');

    expect((await first).status).toBe(0);
    expect(second.status).toBe(1);
    expect(second.output).toMatch(
      new RegExp(
        `network-us-east-1: locked by ${userInfo().username}@\\S+ since \\S+Z ` +
          `\\(nx run network:deploy --environment=local --account=sandbox, process [\\d, ]+\\), expected nobody\\. ` +
          `Wait until that run has ended and run this again\\.`,
      ),
    );
  });
});

describe('an account that does not run', () => {
  it('does not start on a port that is taken, and says by whom', async () => {
    const stopped = new TestAccount();
    const server: Server = createServer((_request, response) => response.end('something else'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;

    const { status, output } = await deployNetwork({ DR_SANDBOX_PORT: String(port) }, stopped);
    server.close();
    await stopped.dispose();

    expect(status).toBe(1);
    expect(output).toContain(
      `port is ${port}, taken by another program, expected a free one. Stop that, or choose another with --port or DR_SANDBOX_PORT (0: any free one).`,
    );
  });
});

describe('the sandbox account', () => {
  const SANDBOX = 'dist/tools/aws-sandbox/main.js';

  beforeAll(async () => {
    if (Object.keys(account.deployedResources()).length < Object.keys(NETWORK).length) await deployNetwork();
  });

  it('does not start on a folder that is damaged, says which file it is, and touches nothing', async () => {
    await node(SANDBOX, 'stop');
    const vpcs = join(account.sandboxHome, 'account/us-east-1/ec2/aws_vpc');
    const file = join(vpcs, readdirSync(vpcs)[0] as string);
    const sound = readFileSync(file, 'utf8');
    writeFileSync(file, sound.slice(0, 100));

    const { status, output } = await deployNetwork();
    const left = readFileSync(file, 'utf8');
    writeFileSync(file, sound);
    const repaired = await deployNetwork();

    expect(status).toBe(1);
    expect(output).toContain(
      `the sandbox did not start: ${relative(account.sandboxHome, file)}: the account's file is damaged (`,
    );
    expect(output).toContain('Nothing was changed.');
    expect(output).not.toMatch(/^\s+at /m);
    expect(left).toBe(sound.slice(0, 100));
    expect(repaired.output.match(/: no change$/gm)).toHaveLength(Object.keys(NETWORK).length);
  });

  it('is not emptied while states that it does not keep refer to it, unless it must be', async () => {
    const [state = '', file = ''] = Object.entries(account.stateFiles())[0] ?? [];
    const elsewhere = join(account.home, 'deployments/sandbox/dev', state, 'terraform.tfstate');
    mkdirSync(dirname(elsewhere), { recursive: true });
    copyFileSync(file, elsewhere);

    const refused = await node(SANDBOX, 'reset');
    const kept = account.deployedResources();
    const forced = await node(SANDBOX, 'reset', '--force');

    expect(refused.status).toBe(1);
    expect(refused.output).toContain(
      `Terraform states still refer to the account: sandbox/dev/${state}/terraform.tfstate (${NETWORK[state]} resources).`,
    );
    expect(kept).toEqual(NETWORK);
    expect(account.stateFiles()).toEqual({});
    expect(forced.status).toBe(0);
    expect(account.accountFiles()).toEqual([]);
  });
});
