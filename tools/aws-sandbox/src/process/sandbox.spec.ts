import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { SandboxError } from './errors';
import { connectSandbox, type SandboxOptions, startSandbox } from './sandbox';
import { stopSandbox } from './stop-sandbox';

jest.setTimeout(30_000);

const WORKSPACE = join(__dirname, '../../../..');
const program = mkdtempSync(join(WORKSPACE, 'node_modules/.dr-sandbox-'));
const main = join(program, 'main.js');

let home: string;
beforeAll(() => {
  buildSync({
    absWorkingDir: WORKSPACE,
    entryPoints: ['tools/aws-sandbox/src/main.ts'],
    outfile: main,
    bundle: true,
    platform: 'node',
    tsconfig: 'tsconfig.base.json',
  });
});
afterAll(() => rmSync(program, { recursive: true }));
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'dr-ensure-'))));
afterEach(async () => {
  await stopSandbox(home);
  rmSync(home, { recursive: true, force: true });
});

const start = (options: SandboxOptions = {}) => startSandbox({ home, port: 0, program: main, ...options });

describe('startSandbox', () => {
  it('starts one, finds it again, and stops it', async () => {
    const first = await start();
    const second = await start();
    const stopped = await stopSandbox(home);

    expect(first).toMatchObject({ started: true, accountId: '000000000000' });
    expect(second).toMatchObject({ started: false, pid: first.pid, endpoint: first.endpoint });
    expect(stopped).toBe(first.pid);
    await expect(connectSandbox(home)).rejects.toThrow(
      `${home}: no sandbox is running. Start one with: npx --no-install stacks sandbox serve`,
    );
  });

  it('gives callers at the same time the same one', async () => {
    const sandboxes = await Promise.all([start(), start(), start()]);

    expect(new Set(sandboxes.map(({ pid }) => pid)).size).toBe(1);
    expect(sandboxes.filter(({ started }) => started)).toHaveLength(1);
  });

  it('starts another after one was killed', async () => {
    const killed = await start();
    process.kill(killed.pid, 'SIGKILL');

    const next = await start();

    expect(next.started).toBe(true);
    expect(next.pid).not.toBe(killed.pid);
  });

  it('points Terraform in a folder, and SDKs, at the account', async () => {
    const sandbox = await start();

    const variables = await sandbox.env({ workFolder: '/somewhere', types: ['aws_vpc'], blocks: 'all' });

    const { 'registry.terraform.io/hashicorp/aws': provider } = JSON.parse(variables['TF_REATTACH_PROVIDERS'] ?? '');
    expect(provider).toMatchObject({ Protocol: 'grpc', ProtocolVersion: 5, Pid: sandbox.pid, Test: true });
    expect(variables).toMatchObject({ AWS_ENDPOINT_URL: sandbox.endpoint, AWS_ACCESS_KEY_ID: 'sandbox' });
  });

  it('sets faults and automation from another process, and says what is set', async () => {
    const started = await start({ accountId: '111122223333', automation: true });
    const sandbox = await connectSandbox(home);

    await sandbox.setFaults({ kind: 'dark', region: 'us-east-1' }, { kind: 'lag', lagMs: 900 });
    const set = await sandbox.faults();
    const ran = await sandbox.setAutomation(false);
    const refused = await sandbox.setFaults({ kind: 'dark', region: 'us-east-9' }).catch((error: unknown) => error);
    await sandbox.clearFaults();

    expect(sandbox).toMatchObject({ home, started: false, accountId: '111122223333', pid: started.pid });
    expect(set).toEqual([
      { kind: 'dark', region: 'us-east-1', manner: 'silent', sinceMs: expect.any(Number) },
      { kind: 'lag', lagMs: 900 },
    ]);
    expect(ran).toBe(true);
    expect(refused).toEqual(new SandboxError('region is us-east-9, expected an AWS region. Did you mean us-east-1?'));
    expect(await sandbox.faults()).toEqual([]);
    expect(await sandbox.status()).toMatchObject({ automated: false, resources: 0 });
  });

  it('tells what the process said that did not start', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port: taken } = other.address() as AddressInfo;

    const refusal = await start({ port: taken }).catch((error: Error) => error.message);
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

    await expect(start()).rejects.toThrow(`the sandbox did not start: ${file}: the account's file is damaged (`);
  });
});
