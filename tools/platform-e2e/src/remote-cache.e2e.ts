/**
 * Results of one clone are taken by another from the remote cache, at another path and by a token that only reads; what a
 * result is made of makes a miss. Its artifacts are in a bucket of S3.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { editSource } from './source-edits';
import { type CommandResult, outputOf, run, TestAccount, WORKSPACE } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const TOKENS = { read: 'r'.repeat(32), write: 'w'.repeat(32) };
const SYNTH = ['run-many', '-t', 'synth', '-p', 'compute,network'];
const LOCAL = 'libs/environments/src/environments/local.ts';

const account = new TestAccount();
const [one, other] = [new WorkspaceCopy('one'), new WorkspaceCopy('another-and-longer-path')];
/** Hashes that were asked for since they were last looked at. */
let asked: string[] = [];
let cache: ChildProcess | undefined;
let watched: Server | undefined;
let client: S3Client | undefined;

/** Runs Nx in a clone whose token reads or writes. */
function nx(
  copy: WorkspaceCopy,
  right: keyof typeof TOKENS,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  asked = [];
  const { port } = watched?.address() as AddressInfo;
  const server = { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: `http://127.0.0.1:${port}` };
  const token = { NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: TOKENS[right] };
  return copy.nx(args, { variables: { ...server, ...token, ...variables } });
}

async function kept(): Promise<readonly string[]> {
  const { Contents = [] } = (await client?.send(new ListObjectsV2Command({ Bucket: 'dr-cache', Prefix: 'nx/' }))) ?? {};
  return Contents.map(({ Key = '' }) => Key.slice('nx/'.length));
}

/** Passes everything on, and notes what is asked for. */
function watch(target: string): Server {
  return createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    if (method === 'GET') asked.push(url.slice('/v1/cache/'.length));
    const passed = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    // A refused upload is not read to its end.
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
}

/** Makes the bucket as the example has it. */
async function makeBucket(): Promise<void> {
  const folder = join(account.home, 'example');
  cpSync(join(WORKSPACE, 'tools/remote-cache/example'), folder, { recursive: true });
  const env = account.terraformEnvironment(await account.sandbox('env', `--folder=${folder}`));
  const variables = ['-var=bucket=dr-cache', '-var=region=us-east-1'];
  outputOf(await run('terraform', ['init', '-input=false'], { cwd: folder, env }));
  outputOf(await run('terraform', ['apply', '-input=false', '-auto-approve', ...variables], { cwd: folder, env }));
}

beforeAll(async () => {
  await makeBucket();
  const aws = account.terraformEnvironment(await account.sandbox('env'));
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  client = new S3Client({ region: 'us-east-1', endpoint: account.endpoint, forcePathStyle: true, credentials });
  const args = [join(WORKSPACE, 'dist/tools/remote-cache/main.js'), 'serve', '--store=s3://dr-cache/nx', '--port=0'];
  cache = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...aws, AWS_REGION: 'us-east-1', NX_CACHE_READ_TOKEN: TOKENS.read, NX_CACHE_WRITE_TOKEN: TOKENS.write },
  });
  const [ready] = (await once(cache.stdout?.setEncoding('utf8') ?? cache, 'data')) as [string];
  watched = watch(/http:\S+\d/.exec(ready)?.[0] ?? '').listen(0, '127.0.0.1');
  await once(watched, 'listening');
});
afterAll(async () => {
  cache?.kill();
  watched?.close();
  client?.destroy();
  for (const copy of [one, other]) copy.dispose();
  await account.dispose();
});

describe('the remote cache', () => {
  it('gives a clone at another path what one built, byte for byte', async () => {
    outputOf(await nx(one, 'write', SYNTH));
    const filled = await kept();
    const { output } = await nx(other, 'read', SYNTH);
    const outputs = ['dist/apps/compute', 'dist/synth/local/compute', 'dist/synth/local/network'];

    expect(filled).toHaveLength(4);
    expect([...asked].sort()).toEqual([...filled].sort());
    expect(output.match(/\[remote cache\]/g)).toHaveLength(4);
    expect(outputs.map((folder) => other.files(folder))).toEqual(outputs.map((folder) => one.files(folder)));
    expect(Object.keys(other.files('dist/synth/local/compute')).length).toBeGreaterThan(4);
  });

  it.each<[string, string, (copy: WorkspaceCopy) => void]>([
    [
      'a handler',
      'compute',
      (copy) => copy.write('apps/compute/src/handlers/other.ts', 'export const handler = () => 1;\n'),
    ],
    ['a source', 'network', (copy) => copy.write('apps/network/src/other.ts', 'export const OTHER = 1;\n')],
    ['a library', 'network', (copy) => copy.write('libs/platform-stack/src/other.ts', 'export const OTHER = 1;\n')],
    [
      'a setting of the environment',
      'network',
      (copy) =>
        copy.write(
          LOCAL,
          editSource(copy.read(LOCAL), { setting: 'service.taskCount' }, () => '3'),
        ),
    ],
    [
      'an entry of the lock file',
      'network',
      (copy) => copy.replace('package-lock.json', '"node_modules/esbuild": {', '"node_modules/esbuild": {"peer":true,'),
    ],
  ])('is missed for %s, and is not filled by who only reads', async (_what, stack, change) => {
    change(other);
    const before = await kept();
    const { output } = await nx(other, 'read', ['run', `${stack}:build`]);

    expect(asked).toHaveLength(1);
    expect(before).not.toContain(asked[0]);
    expect(output).not.toContain('remote cache');
    expect(await kept()).toEqual(before);
  });

  it('is missed for another Terraform, where a result is made by it', async () => {
    const programs = join(account.home, 'bin');
    mkdirSync(programs);
    writeFileSync(join(programs, 'terraform'), '#!/bin/sh\necho Terraform v1.99.0\n');
    chmodSync(join(programs, 'terraform'), 0o755);
    const snapshot = ['run', 'platform-e2e:snapshot-local', '--exclude-task-dependencies'];
    // What is asked for is looked at, and nothing is deployed.
    one.write('tools/platform-e2e/src/snapshot/take-snapshot.ts', 'process.exit(1);\n');

    await nx(one, 'read', snapshot);
    const [usual, ...more] = asked;
    await nx(one, 'read', snapshot, { PATH: `${programs}${delimiter}${process.env['PATH']}` });

    expect(more).toEqual([]);
    expect(asked).toEqual([expect.stringMatching(/^\d+$/)]);
    expect(asked).not.toEqual([usual]);
  });
});
