/** The package, in a folder that has nothing else: installed from its tarball, as anybody would use it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WORKSPACE = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'dr-package-'));
const inherited = Object.entries(process.env).filter(([name]) => !/^(NX_|DR_|TF_|AWS_|npm_)/.test(name));
let environment: Record<string, string | undefined> = { ...Object.fromEntries(inherited), DR_SANDBOX_PORT: '0' };

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env: environment, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}
const sandbox = (...args: string[]) => run('npx', '--no-install', '@dr/aws-sandbox', ...args);
const terraform = (...args: string[]) => run('terraform', ...args, '-no-color');

/** Runs a program that only knows the package by its name. */
function runScript(text: string) {
  writeFileSync(join(folder, 'script.mjs'), text);
  return run(process.execPath, 'script.mjs');
}

beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', join(WORKSPACE, 'dist/packages/aws-sandbox.tgz')], {
    cwd: folder,
    stdio: 'pipe',
  });
});
afterAll(() => {
  sandbox('stop');
  rmSync(folder, { recursive: true, force: true });
});

// One story: each test goes on from the one before.
describe('the package of the sandbox', () => {
  it('brings the schemas, not the bindings that they are derived from', () => {
    expect(existsSync(join(folder, 'node_modules/@cdktf'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules/@dr/aws-sandbox/schemas.jsonl.br'))).toBe(true);
  });

  it.each(['serve', 'env', 'status', 'fault', 'automation', 'reset', 'stop'])('explains its command %s', (command) => {
    const { status, output } = sandbox(command, '--help');

    expect(output).toMatch(new RegExp(`^Usage: npx @dr/aws-sandbox ${command} \\[options\\]\n`));
    expect(status).toBe(0);
  });

  it('starts an account in the folder, into which Terraform deploys what its README says', () => {
    const [, main = ''] = /```hcl\n([^]*?)```/.exec(readFileSync(join(__dirname, '../README.md'), 'utf8')) ?? [];
    writeFileSync(join(folder, 'main.tf'), main);

    const { output, status } = sandbox('env');
    const variables = [...output.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]);
    environment = { ...environment, ...Object.fromEntries(variables), CHECKPOINT_DISABLE: '1' };
    const init = terraform('init', '-input=false');
    const apply = terraform('apply', '-input=false', '-auto-approve');
    const plan = terraform('plan', '-input=false', '-detailed-exitcode');

    expect([status, init.status]).toEqual([0, 0]);
    expect(apply.output).toContain('Apply complete! Resources: 4 added, 0 changed, 0 destroyed.');
    expect(plan.output).toContain('No changes. Your infrastructure matches the configuration.');
    expect(existsSync(join(folder, '.sandbox/account/us-east-1/sns/aws_sns_topic'))).toBe(true);
  });

  it('breaks a region through its interface, and says how to end that', () => {
    const set = runScript(`
      import { connectSandbox, describeFault } from '@dr/aws-sandbox';
      const sandbox = await connectSandbox();
      await sandbox.setFaults({ kind: 'dark', region: 'us-east-1' });
      for (const fault of await sandbox.faults()) console.log(describeFault(fault));
    `);
    const broken = terraform('plan', '-input=false', '-lock=false');
    const cleared = sandbox('fault', '--clear');
    const mended = terraform('plan', '-input=false', '-detailed-exitcode');

    expect(set.output).toBe('us-east-1 is dark: calls to it are never answered\n');
    expect(broken.status).toBe(1);
    expect(broken.output.replace(/[\s│]+/g, ' ')).toContain('End it with: npx @dr/aws-sandbox fault --clear');
    // The line after it, of the error output, says which account it was.
    expect(cleared.output).toMatch(/^no fault is set\nsandbox account in \S+\n$/);
    expect(mended.status).toBe(0);
  });

  it('ends, and refuses to be asked then', () => {
    const ended = runScript(`
      import { connectSandbox } from '@dr/aws-sandbox';
      const sandbox = await connectSandbox();
      await sandbox.stop();
      await sandbox.faults().catch((error) => console.log(error.name, error.message));
    `);

    expect(ended.output).toBe(
      `SandboxError ${folder}/.sandbox: no sandbox is running. Start one with: npx @dr/aws-sandbox serve\n`,
    );
  });

  it('runs what its README says of tests', () => {
    const [, example = ''] = /```ts\n([^]*?)```/.exec(readFileSync(join(__dirname, '../README.md'), 'utf8')) ?? [];

    const { output, status } = runScript(`${example}\nconsole.log(sandbox.accountId);`);

    expect([output, status]).toEqual(['000000000000\n', 0]);
  });

  it('has a harness for tests in one process', () => {
    const { output } = runScript(`
      import { TestSandbox } from '@dr/aws-sandbox/testing';
      const sandbox = await TestSandbox.start();
      console.log(sandbox.terraform.apply('aws_sns_topic', { name: 'orders' }).arn);
      await sandbox.close();
    `);

    expect(output).toBe('arn:aws:sns:us-east-1:000000000000:orders\n');
  });

  it('has types that are whole', () => {
    writeFileSync(
      join(folder, 'types.ts'),
      `import { startSandbox, type Fault, type Sandbox } from '@dr/aws-sandbox';
       import { TestSandbox } from '@dr/aws-sandbox/testing';
       const fault: Fault = { kind: 'lag', lagMs: 1 };
       // @ts-expect-error a fault of no kind
       const none: Fault = { kind: 'none' };
       export const started: Promise<Sandbox> = startSandbox({ port: 0 });
       export const arn: Promise<unknown> = TestSandbox.start().then(({ terraform }) => terraform.apply('aws_vpc', {}));
       export default [fault, none];`,
    );

    const { output } = run(
      process.execPath,
      join(WORKSPACE, 'node_modules/typescript-native/bin/tsc'),
      ...['--noEmit', '--strict', '--module', 'node20', '--target', 'es2022', '--types', 'node', 'types.ts'],
    );

    expect(output).toBe('');
  });
});
