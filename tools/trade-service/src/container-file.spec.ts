import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const WORKSPACE = join(__dirname, '../../..');
const LINES = readFileSync(join(__dirname, '../Containerfile'), 'utf8')
  .split('\n')
  .map((line) => line.trim());
const instructions = (name: string) =>
  LINES.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
const copied = instructions('COPY').map((line) => {
  const paths = line.split(' ').filter((word) => !word.startsWith('--'));
  return { sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
});

/** Root of the image's files, as far as they are copied from the workspace. */
const image = mkdtempSync(join(tmpdir(), 'dr-image-'));
afterAll(() => rmSync(image, { recursive: true }));

it('copies sources that the build makes', () => {
  const sources = copied.flatMap(({ sources: paths }) => paths);

  expect(sources.length).toBeGreaterThan(0);
  expect(sources.filter((source) => !existsSync(join(WORKSPACE, source)))).toEqual([]);
});

it('runs as a user who is not root', () => {
  expect(instructions('USER')).toEqual(['node']);
});

it('starts the service by its command, with nothing but what it copies, and stops it by SIGTERM', async () => {
  for (const { sources, target } of copied) {
    mkdirSync(dirname(join(image, target)), { recursive: true });
    for (const source of sources) cpSync(join(WORKSPACE, source), join(image, target));
  }
  const [program = '', ...args] = JSON.parse(instructions('CMD').at(-1) ?? '[]') as string[];
  expect(program).toBe('node');
  const port = await freePort();

  const child = spawn(
    process.execPath,
    args.map((arg) => (arg.startsWith('/') ? join(image, arg) : arg)),
    { cwd: image, env: { AWS_REGION: 'us-east-1', PORT: String(port), DRAIN_SECONDS: '0' }, stdio: 'pipe' },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', () => output.includes('"listening"') && resolve());
      void ended.then((code) => reject(new Error(`ended with ${code}: ${output}`)));
    });
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toBe(0);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
