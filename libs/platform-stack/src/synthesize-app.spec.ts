import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { environmentNames, loadEnvironment } from '@dr/environments';
import { defineContract, publishOutputs, readOutputs, text } from '@dr/stack-contracts';
import { AssetType, TerraformAsset } from 'cdktf';
import { buildSync } from 'esbuild';
import { PlatformState } from './platform-state';
import { type PlatformApp, synthesizeStack } from './synthesize-app';

const IDENTITY = { name: 'orders', owner: 'orders-team' };
const local = loadEnvironment('local');
const accounts = defineContract({ name: 'accounts', outputs: { tableArn: text('Accounts') } });
const orders = defineContract({ name: 'orders', outputs: { tableName: text('Orders') } });

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dr-synthesize-')));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Two states, the second region's first, with a file as an asset in each. */
function defineOrders(app: PlatformApp): void {
  for (const region of ['us-west-2', 'us-east-1']) {
    const state = new PlatformState(app, `orders-${region}`, { ...app.stateProps, region });
    const asset = new TerraformAsset(state, 'Asset', { path: writeSource(), type: AssetType.FILE });
    new SsmParameter(state, 'AssetPath', { name: 'asset', type: 'String', insecureValue: asset.path });
    readOutputs(state, accounts);
    publishOutputs(state, orders, { tableName: 'orders' });
  }
}

/** A source file under a path of its own, as another checkout would have it. */
function writeSource(): string {
  const checkout = mkdtempSync(join(folder, 'checkout-'));
  writeFileSync(join(checkout, 'source.txt'), 'the same everywhere');
  return join(checkout, 'source.txt');
}

/** Contents of all files below a folder by their path relative to it. */
function contentsBelow(root: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(root, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );
}

describe('synthesizeStack', () => {
  it('writes a manifest of what each state publishes and reads, sorted by name', () => {
    const manifest = synthesizeStack(IDENTITY, local, join(folder, 'out'), defineOrders);

    const addressIn = (region: string, { name, hash }: { name: string; hash: string }) => ({
      contract: name,
      region,
      store: region,
      hash,
    });
    expect(manifest).toEqual({
      version: 1,
      stack: 'orders',
      environment: 'local',
      owner: 'orders-team',
      parameterRoot: '/dr/local',
      states: [
        {
          name: 'orders-us-east-1',
          region: 'us-east-1',
          folder: 'stacks/orders-us-east-1',
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          publishes: [addressIn('us-east-1', orders)],
          reads: [{ ...addressIn('us-east-1', accounts), outputs: [] }],
        },
        {
          name: 'orders-us-west-2',
          region: 'us-west-2',
          folder: 'stacks/orders-us-west-2',
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          publishes: [addressIn('us-west-2', orders)],
          reads: [{ ...addressIn('us-west-2', accounts), outputs: [] }],
        },
      ],
    });
    expect(JSON.parse(readFileSync(join(folder, 'out/states.json'), 'utf8'))).toEqual(manifest);
  });

  it("writes each state's Terraform into the folder that the manifest names", () => {
    const { states } = synthesizeStack(IDENTITY, local, join(folder, 'out'), defineOrders);

    const regions = states.map(
      (state) =>
        JSON.parse(readFileSync(join(folder, 'out', state.folder, 'cdk.tf.json'), 'utf8')).provider.aws[0].region,
    );
    expect(regions).toEqual(['us-east-1', 'us-west-2']);
  });

  it('makes the folder that it writes to', () => {
    synthesizeStack(IDENTITY, local, join(folder, 'not/yet/there'), () => {});

    expect(contentsBelow(join(folder, 'not/yet/there'))).toHaveProperty(['states.json']);
  });

  it('writes the same bytes wherever it writes, and wherever the sources are', () => {
    mkdirSync(join(folder, 'elsewhere'));

    synthesizeStack(IDENTITY, local, join(folder, 'out'), defineOrders);
    synthesizeStack(IDENTITY, local, join(folder, 'elsewhere/deeper/out'), defineOrders);

    const here = contentsBelow(join(folder, 'out'));
    expect(Object.keys(here).filter((path) => !path.includes('assets'))).toEqual([
      'manifest.json',
      'stacks/orders-us-east-1/cdk.tf.json',
      'stacks/orders-us-west-2/cdk.tf.json',
      'states.json',
    ]);
    expect(contentsBelow(join(folder, 'elsewhere/deeper/out'))).toEqual(here);
  });

  it('writes no absolute path', () => {
    synthesizeStack(IDENTITY, local, join(folder, 'out'), defineOrders);

    const everything = Object.values(contentsBelow(join(folder, 'out'))).join('\n');
    expect(everything).not.toContain(folder);
    expect(everything).not.toContain(process.cwd());
    expect(everything).not.toContain(join(__dirname, '../../..'));
  });

  it('passes on what the definition refuses', () => {
    expect(() =>
      synthesizeStack(IDENTITY, local, join(folder, 'out'), () => {
        throw new Error('orders: no.');
      }),
    ).toThrow(new Error('orders: no.'));
  });
});

describe('PlatformApp', () => {
  it('names the serving regions, the primary first', () => {
    let servingRegions: readonly string[] = [];
    synthesizeStack(IDENTITY, local, folder, (app) => ({ servingRegions } = app));

    expect(servingRegions).toEqual(['us-east-1', 'us-west-2']);
  });
});

describe('runStackApp', () => {
  const workspace = join(__dirname, '../../..');
  const BUNDLING = {
    tsconfig: join(workspace, 'tsconfig.base.json'),
    bundle: true,
    platform: 'node' as const,
    external: ['cdktf', 'constructs', '@cdktf/provider-aws'],
  };
  let bundle: string;

  // A process of its own: its arguments, its two streams and its exit code are what is under test.
  beforeAll(() => {
    bundle = join(mkdtempSync(join(tmpdir(), 'dr-app-')), 'main.js');
    buildSync({
      stdin: {
        contents: `import { loadEnvironment } from '@dr/environments';
          import { runStackApp } from './synthesize-app';
          runStackApp({ name: 'orders', owner: 'orders-team', loadEnvironment }, () => {});`,
        resolveDir: __dirname,
      },
      ...BUNDLING,
      outfile: bundle,
    });
  });

  afterAll(() => {
    rmSync(dirname(bundle), { recursive: true, force: true });
  });

  const run = (...args: readonly string[]) => runBundle(bundle, ...args);

  function runBundle(file: string, ...args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
      cwd: workspace,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NODE_PATH: join(workspace, 'node_modules') },
    });
    return { status, stdout, stderr };
  }

  it('names the line that made a value of which JavaScript changed the token', () => {
    const source = join(folder, 'apps/orders/src/main.ts');
    mkdirSync(dirname(source), { recursive: true });
    writeFileSync(
      source,
      `import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { loadEnvironment } from '@dr/environments';
import { defineContract, readOutputs, text } from '@dr/stack-contracts';
import { PlatformState, runStackApp } from '@dr/platform-stack';
runStackApp({ name: 'orders', owner: 'orders-team', loadEnvironment }, (app) => {
  const state = new PlatformState(app, 'orders-us-east-1', { ...app.stateProps, region: 'us-east-1' });
  const network = readOutputs(state, defineContract({ name: 'network', outputs: { vpcId: text('VPC') } }));
  const vpcId: string = network.vpcId;

  new SsmParameter(state, 'Vpc', { name: '/vpc', type: 'String', insecureValue: vpcId.toUpperCase() });
});
`,
    );
    const outfile = join(folder, 'dist/apps/orders/main.js');
    buildSync({ ...BUNDLING, entryPoints: [source], outfile, sourcemap: 'linked' });

    const { status, stderr } = runBundle(outfile, '--environment', 'local', '--outdir', join(folder, 'out'));

    expect(stderr).toMatch(
      /^orders-us-east-1: resource\.aws_ssm_parameter\.Vpc\.insecure_value, made at apps\/orders\/src\/main\.ts:10:3 is "\$\{TFTOKEN\[TOKEN\.\d+\]\}", expected a value that Terraform knows: JavaScript worked on the token of an output or attribute\. Use Terraform's functions: outputFn of @dr\/stack-contracts\.\n$/,
    );
    expect(status).toBe(1);
    expect(existsSync(join(folder, 'out/states.json'))).toBe(false);
  });

  it('synthesizes the environment that it is told to, and says nothing', () => {
    const result = run('--environment', 'prod', '--outdir', join(folder, 'out'));

    expect(result).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(JSON.parse(readFileSync(join(folder, 'out/states.json'), 'utf8')).environment).toBe('prod');
  });

  it('prints how to run it', () => {
    const { status, stdout } = run('--help');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: node main\.js --environment <name> --outdir <folder>\n/);
  });

  it.each([
    [['--outdir', 'out'], 'orders: --environment is missing, expected a value. See --help.\n'],
    [['--environment', 'local'], 'orders: --outdir is missing, expected a value. See --help.\n'],
    [
      ['--environment', 'nowhere', '--outdir', 'out'],
      `--environment is nowhere, expected one of ${environmentNames().join(', ')}. Name one of them, or add libs/environments/src/environments/nowhere.ts.\n`,
    ],
  ])('fails with one message and no stack trace, given %j', (args, stderr) => {
    expect(run(...args)).toEqual({ status: 1, stdout: '', stderr });
  });
});
