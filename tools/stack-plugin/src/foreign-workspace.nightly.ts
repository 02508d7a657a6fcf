/**
 * The page docs/adopting.md is followed word for word: a workspace with other folders, scope and environments installs
 * the packages, deploys, reads and destroys two stacks into the sandbox account, and generates a third.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const REPOSITORY = join(__dirname, '../../..');
const PAGE = readFileSync(join(REPOSITORY, 'docs/adopting.md'), 'utf8');

/** The files that the page shows, by path: a paragraph that begins with one, then its text. */
const FILES = Object.fromEntries(
  [...PAGE.matchAll(/^`([^`\s]+)`.*\n(?:.+\n)*\n```\w+\n([\s\S]*?)^```$/gm)].map(([, file = '', text = '']) => [
    file,
    text,
  ]),
);

/** The command lines that the page shows, without their comments. */
const COMMANDS = [...PAGE.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
  .filter(([, language]) => language === '')
  .flatMap(([, , block = '']) => block.trim().split('\n'))
  .map((line) => line.replace(/\s+#.*/, ''));

/** Those of them that generate, and check what was generated. */
const GENERATES = COMMANDS.slice(COMMANDS.findIndex((line) => line.startsWith('npx nx g ')));

/** Variables that belong to a task of Nx in this workspace, or lead Terraform and SDKs elsewhere. */
const NOT_INHERITED = /^(NX_|DR_|LERNA_|npm_|TF_|AWS_)/;

const workspace = mkdtempSync(join(tmpdir(), 'dr-foreign-'));

interface Result {
  readonly status: number;
  /** Standard output and error. */
  readonly output: string;
}

/** Runs a command line in the workspace, with an account on a port of its own and no daemon that would be left. */
function type(line: string): Promise<Result> {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  const env = { ...Object.fromEntries(inherited), NX_DAEMON: 'false', DR_SANDBOX_PORT: '0', FORCE_COLOR: '0', CI: '1' };
  return new Promise((resolve) => {
    execFile('bash', ['-c', line], { cwd: workspace, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
}

async function succeed(line: string): Promise<string> {
  const { status, output } = await type(line);
  if (status !== 0) throw new Error(`${line}\n${output}`);
  return output;
}

/** The page's installation in the versions that this repository is tested with. */
function pinned(line: string): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
  const versions: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies };
  const [npm, install, ...words] = line.split(' ');
  const packages = words.map((word) => {
    if (word.startsWith('--')) return word;
    return word.endsWith('.tgz') ? `./${word}` : `${word}@${versions[word]}`;
  });
  return [npm, install, '--no-audit', '--no-fund', '--prefer-offline', ...packages].join(' ');
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(workspace, file)), { recursive: true });
  writeFileSync(join(workspace, file), text);
}

beforeAll(async () => {
  for (const [file, text] of Object.entries(FILES)) write(file, text);
  const packages = join(REPOSITORY, 'dist/packages');
  for (const file of readdirSync(packages).filter((name) => name.endsWith('.tgz'))) {
    copyFileSync(join(packages, file), join(workspace, file));
  }
  await succeed('npm init --yes');
  for (const line of COMMANDS.filter((line) => line.startsWith('npm install'))) await succeed(pinned(line));
});

afterAll(async () => {
  await type('npx @dr/aws-sandbox stop');
  rmSync(workspace, { recursive: true, force: true });
});

describe('a workspace that was made by docs/adopting.md', () => {
  it('has the packages, and nothing of the settings of the workspace that they come from', () => {
    const installed = join(workspace, 'node_modules/@dr');
    const packages = readdirSync(installed).sort();
    const sources = packages.flatMap((name) =>
      readdirSync(join(installed, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.c?js$/.test(file))
        .map((file) => join(installed, name, file)),
    );

    expect(packages).toEqual(['aws-sandbox', 'platform-stack', 'stack-contracts', 'stack-plugin']);
    // A bundle says by a comment where each part of it comes from.
    expect(sources.filter((file) => /^\/\/ (apps|libs\/environments)\//m.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('has the stacks of its own folder, with the targets of a stack alone, each with its help', async () => {
    const { targets } = JSON.parse(await succeed('npx nx show project orders --json')) as {
      targets: Readonly<Record<string, { readonly metadata: object }>>;
    };

    expect((JSON.parse(await succeed('npx nx show projects --json')) as string[]).sort()).toEqual(['mail', 'orders']);
    expect(Object.keys(targets)).toEqual(['build', 'synth', 'plan', 'deploy', 'destroy', 'outputs']);
    for (const [target, { metadata }] of Object.entries(targets)) {
      expect(metadata).toMatchObject({
        description: expect.any(String),
        help: { command: `npx nx run orders:${target} --help`, example: expect.any(Object) },
      });
    }
  });

  it('has the edge between them, by the import of the contract', async () => {
    await succeed('npx nx graph --file=dist/graph.json');

    const { graph } = JSON.parse(readFileSync(join(workspace, 'dist/graph.json'), 'utf8'));
    expect(graph.dependencies).toEqual({
      mail: [],
      orders: [{ source: 'orders', target: 'mail', type: 'static' }],
    });
  });

  it('checks, deploys, reads, plans and destroys by the commands of the page, in their order', async () => {
    // The first three make the tarballs and install them.
    const steps = COMMANDS.slice(3);
    expect(steps).toEqual([
      'npx tsc --project services/orders',
      'npx nx run-many -t deploy',
      'npx nx outputs orders',
      'npx nx run-many -t plan',
      'npx nx run-many -t destroy',
      'npx @dr/aws-sandbox stop',
      ...GENERATES,
    ]);
    const [checks = '', deploys = '', reads = '', plans = '', destroys = '', stops = ''] = steps;

    expect(await succeed(checks)).toBe('');
    const deployed = await succeed(deploys);
    const states = ['mail-eu-west-1', 'mail-eu-central-1', 'orders-eu-west-1', 'orders-eu-central-1'];
    for (const state of states) expect(deployed).toContain(`${state}: deployed, 3 added, 0 changed, 0 destroyed`);
    expect(deployed.indexOf('mail: deployed')).toBeLessThan(deployed.indexOf('orders: deployed'));
    expect(deployed).toContain('Stop it with: npx @dr/aws-sandbox stop');

    const outputs = await succeed(reads);
    for (const region of ['eu-west-1', 'eu-central-1']) {
      expect(outputs).toContain(`https://sqs.${region}.amazonaws.com/000000000000/acme-test-orders`);
    }

    const planned = await succeed(plans);
    for (const state of states) expect(planned).toContain(`${state}: no change`);

    const destroyed = await succeed(destroys);
    for (const state of states) expect(destroyed).toContain(`${state}: destroyed, 0 added, 0 changed, 3 destroyed`);
    expect(destroyed.indexOf('orders: destroyed')).toBeLessThan(destroyed.indexOf('mail: destroyed'));

    expect(await succeed(stops)).toContain('sandbox stopped');
  });

  it('has a stack, an output and an environment by the generators, in its folders, scope and settings', async () => {
    expect(GENERATES).toHaveLength(4);
    for (const line of GENERATES) await succeed(line);
    const again = await succeed(GENERATES[0] ?? '');

    const read = (file: string) => readFileSync(join(workspace, file), 'utf8');
    expect(again).toContain('services/billing: the stack billing is there and stays as it is. Nothing to change.');
    expect(read('services/billing/src/main.ts')).toContain("import { loadEnvironment } from '@acme/config';");
    expect(read('services/billing/src/contract.ts')).toContain("queueArn: text('ARN of the queue'),");
    expect(read('services/billing/src/billing-state.ts')).toContain('{ queueUrl: queue.url, queueArn: queue.arn }');
    expect(readdirSync(join(workspace, 'services/billing')).sort()).toEqual(['README.md', 'src', 'tsconfig.json']);
    expect(read('config/environments/live.ts')).toContain("accountId: '123456789012'");
    expect(JSON.parse(await succeed('npx nx show projects --json'))).toContain('billing');
  });

  it('has another environment by another file, whose states are kept in buckets of their regions', async () => {
    const live = readFileSync(join(workspace, 'config/environments/live.ts'), 'utf8');
    expect(live).toContain("name: 'live'");
    write(
      'config/environments/live.ts',
      live.replace("{ kind: 'local' }", "{ kind: 's3', bucketPrefix: 'acme-tfstate' }"),
    );

    await succeed('npx nx synth billing -c live');
    await succeed('npx nx synth orders -c live');
    const refused = await type('npx nx deploy orders -c lve');

    const json = join(workspace, 'dist/synth/live/orders/stacks/orders-eu-central-1/cdk.tf.json');
    expect(JSON.parse(readFileSync(json, 'utf8')).terraform.backend.s3).toMatchObject({
      bucket: 'acme-tfstate-eu-central-1',
      key: 'orders/orders-eu-central-1.tfstate',
    });
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain('-c is lve, expected one of test, live, emulator. Did you mean live?');
  });
});
