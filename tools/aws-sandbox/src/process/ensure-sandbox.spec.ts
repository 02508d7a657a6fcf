import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { ensureSandbox } from './ensure-sandbox';
import { readSandboxStatus, stopSandbox } from './stop-sandbox';

jest.setTimeout(30_000);

const WORKSPACE = join(__dirname, '../../../..');
const program = mkdtempSync(join(WORKSPACE, 'node_modules/.dr-sandbox-'));
const main = join(program, 'main.js');

let home: string;
const port = process.env['DR_SANDBOX_PORT'];
beforeAll(() => {
  buildSync({
    absWorkingDir: WORKSPACE,
    entryPoints: ['tools/aws-sandbox/src/main.ts'],
    outfile: main,
    bundle: true,
    platform: 'node',
    tsconfig: 'tsconfig.base.json',
  });
  process.env['DR_SANDBOX_PORT'] = '0';
});
afterAll(() => {
  rmSync(program, { recursive: true });
  if (port === undefined) delete process.env['DR_SANDBOX_PORT'];
  else process.env['DR_SANDBOX_PORT'] = port;
});
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'dr-ensure-'))));
afterEach(async () => {
  await stopSandbox(home);
  rmSync(home, { recursive: true, force: true });
});

const ensure = () => ensureSandbox({ home, command: [process.execPath, main, 'serve'] });

describe('ensureSandbox', () => {
  it('starts one, finds it again, and stops it', async () => {
    const first = await ensure();
    const second = await ensure();
    const stopped = await stopSandbox(home);

    expect(first).toMatchObject({ started: true, accountId: '000000000000' });
    expect(second).toMatchObject({ started: false, pid: first.pid, endpoint: first.endpoint });
    expect(stopped).toBe(first.pid);
    expect(await readSandboxStatus(home)).toBeUndefined();
  });

  it('gives callers at the same time the same one', async () => {
    const sandboxes = await Promise.all([ensure(), ensure(), ensure()]);

    expect(new Set(sandboxes.map(({ pid }) => pid)).size).toBe(1);
    expect(sandboxes.filter(({ started }) => started)).toHaveLength(1);
  });

  it('starts another after one was killed', async () => {
    const killed = await ensure();
    process.kill(killed.pid, 'SIGKILL');

    const next = await ensure();

    expect(next.started).toBe(true);
    expect(next.pid).not.toBe(killed.pid);
  });

  it('points Terraform in a folder, and SDKs, at the account', async () => {
    const sandbox = await ensure();

    const variables = await sandbox.env({ workFolder: '/somewhere', types: ['aws_vpc'], blocks: 'all' });

    const { 'registry.terraform.io/hashicorp/aws': provider } = JSON.parse(variables['TF_REATTACH_PROVIDERS'] ?? '');
    expect(provider).toMatchObject({ Protocol: 'grpc', ProtocolVersion: 5, Pid: sandbox.pid, Test: true });
    expect(variables).toMatchObject({ AWS_ENDPOINT_URL: sandbox.endpoint, AWS_ACCESS_KEY_ID: 'sandbox' });
  });

  it('tells what the process said that did not start', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port: taken } = other.address() as AddressInfo;
    process.env['DR_SANDBOX_PORT'] = String(taken);

    const refusal = await ensure().catch((error: Error) => error.message);
    process.env['DR_SANDBOX_PORT'] = '0';
    other.close();

    expect(refusal).toBe(
      `${home}: the sandbox did not start: port is ${taken}, taken by another program, expected a free one. ` +
        'Stop that, or choose another with --port or DR_SANDBOX_PORT (0: any free one).',
    );
  });

  it('tells which file of the account is damaged', async () => {
    const file = 'account/us-east-1/ec2/aws_vpc/vpc-1.json';
    mkdirSync(join(home, 'account/us-east-1/ec2/aws_vpc'), { recursive: true });
    writeFileSync(join(home, file), '{');

    await expect(ensure()).rejects.toThrow(`the sandbox did not start: ${file}: the account's file is damaged (`);
  });
});
