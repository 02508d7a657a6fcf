import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
  type SSMClientConfig,
} from '@aws-sdk/client-ssm';
import { askSandbox } from './control-client';
import { SandboxHome } from './sandbox-home';
import { SandboxProcess } from './sandbox-process';

let folder: string;
const running: SandboxProcess[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-process-'))));
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** @param port null for one that nobody chose */
async function start(home = folder, port: number | null = 0): Promise<SandboxProcess> {
  const sandbox = await SandboxProcess.start({
    home: new SandboxHome(home),
    port: port ?? undefined,
    accountId: '000000000000',
    promotionMs: 0,
    fsync: false,
    functionCommand: [process.execPath],
    taskCommand: [process.execPath],
    automated: false,
    onDefect: (text) => {
      throw new Error(text);
    },
    onStopRequested: () => undefined,
  });
  running.push(sandbox);
  return sandbox;
}

const ssm = ({ status }: SandboxProcess, settings: SSMClientConfig = {}) =>
  new SSMClient({
    region: 'us-east-1',
    endpoint: status.endpoint,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    ...settings,
  });

describe('the AWS endpoint', () => {
  it('serves the unmodified SDK, a region at a time', async () => {
    const sandbox = await start();

    await ssm(sandbox).send(new PutParameterCommand({ Name: '/dr/a', Value: 'east', Type: 'String' }));
    const there = await ssm(sandbox).send(new GetParameterCommand({ Name: '/dr/a' }));
    const elsewhere = ssm(sandbox, { region: 'us-west-2' }).send(new GetParameterCommand({ Name: '/dr/a' }));

    expect(there.Parameter).toMatchObject({
      Name: '/dr/a',
      Value: 'east',
      Version: 1,
      ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/dr/a',
    });
    await expect(elsewhere).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('refuses a name that is taken, in the words of AWS', async () => {
    const client = ssm(await start());
    const put = () => client.send(new PutParameterCommand({ Name: '/dr/a', Value: 'x', Type: 'String' }));
    await put();

    await expect(put()).rejects.toMatchObject({
      name: 'ParameterAlreadyExists',
      message:
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    });
  });

  it('gives long lists page by page', async () => {
    const client = ssm(await start());
    for (let index = 0; index < 12; index++) {
      await client.send(new PutParameterCommand({ Name: `/dr/list/${index}`, Value: 'x', Type: 'String' }));
    }

    const first = await client.send(new GetParametersByPathCommand({ Path: '/dr/list', MaxResults: 10 }));
    const second = await client.send(
      new GetParametersByPathCommand({ Path: '/dr/list', MaxResults: 10, NextToken: first.NextToken }),
    );

    expect([first.Parameters?.length, second.Parameters?.length, second.NextToken]).toEqual([10, 2, undefined]);
  });

  it('is told by its own port whose it is', async () => {
    const first = await start(join(folder, 'first'));
    const port = Number(new URL(first.status.endpoint).port);

    await expect(start(join(folder, 'second'), port)).rejects.toThrow(
      `port is ${port}, taken by the sandbox of ${join(folder, 'first')} (process ${process.pid}), expected a free one. ` +
        'Stop that, or choose another with --port or DR_SANDBOX_PORT (0: any free one).',
    );
  });

  it('has a port of its own where nobody chose one, also beside the account of another clone', async () => {
    const endpoints = [
      (await start(join(folder, 'first'), null)).status.endpoint,
      (await start(join(folder, 'second'), null)).status.endpoint,
    ];

    // Whoever has the usual port on this machine, the second has another than the first.
    expect(new Set(endpoints).size).toBe(2);
  });

  it('says that another program has its port', async () => {
    const other = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;

    const refusal = await start(folder, port).catch((error: Error) => error.message);
    other.close();

    expect(refusal).toContain(`port is ${port}, taken by another program, expected a free one.`);
  });
});

describe('the process', () => {
  it('keeps the account over its end', async () => {
    const before = await start();
    await ssm(before).send(new PutParameterCommand({ Name: '/dr/kept', Value: 'yes', Type: 'String' }));
    await before.close();
    running.pop();

    const after = await ssm(await start()).send(new GetParameterCommand({ Name: '/dr/kept' }));

    expect(after.Parameter?.Value).toBe('yes');
  });

  it('shares its folder with no other', async () => {
    await start();

    await expect(start()).rejects.toThrow(
      `${folder}: the account is in use by process ${process.pid}. Stop it with \`npx --no-install stacks sandbox stop\`, or use another folder with --home.`,
    );
  });

  it('that cannot start leaves the folder free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await start(folder, port).catch(() => undefined);
    other.close();

    await expect(start()).resolves.toBeDefined();
  });

  it('answers on its control socket: what it holds, a folder for Terraform, and being emptied', async () => {
    const sandbox = await start();
    const { controlSocket } = new SandboxHome(folder);
    await ssm(sandbox).send(new PutParameterCommand({ Name: '/dr/a', Value: 'x', Type: 'String' }));

    const status = await askSandbox(controlSocket, 'status', undefined);
    // A refused request gets its error, and the process goes on.
    await expect(
      askSandbox(controlSocket, 'faults', {
        set: [{ kind: 'dark', region: 'us-east-9', manner: 'silent', sinceMs: 0 }],
      }),
    ).rejects.toThrow('region is us-east-9, expected an AWS region. Did you mean us-east-1?');
    const opened = await askSandbox(controlSocket, 'open-folder', {
      workFolder: '/somewhere',
      types: ['aws_vpc'],
      blocks: [],
    });
    const emptied = await askSandbox(controlSocket, 'reset', undefined);

    expect(status).toMatchObject({ pid: process.pid, home: folder, resources: 1, byType: { aws_ssm_parameter: 1 } });
    expect(existsSync(opened?.socket ?? '')).toBe(true);
    expect(emptied).toEqual({ removed: 1 });
    expect(sandbox.status.resources).toBe(0);
  });

  it('has short sockets for a folder with a long path', async () => {
    const deep = join(folder, 'a-folder-with-a-long-name'.repeat(4), 'another-folder-with-a-long-name'.repeat(3));

    await start(deep);
    const { controlSocket } = new SandboxHome(deep);

    expect(Buffer.byteLength(controlSocket)).toBeLessThan(100);
    expect(await askSandbox(controlSocket, 'status', undefined)).toMatchObject({ home: deep });
  });
});

describe('a request to no process', () => {
  it('has no response', async () => {
    expect(await askSandbox(new SandboxHome(folder).controlSocket, 'status', undefined)).toBeUndefined();
  });
});

describe('the folder of an account', () => {
  const modeOf = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);
  /** Modes of a folder and everything in it, octal, by relative path. */
  const modesIn = (path: string): ReadonlyMap<string, string> =>
    new Map([
      ['.', modeOf(path)],
      ...readdirSync(path, { recursive: true })
        .map(String)
        .map((name): [string, string] => [name, modeOf(join(path, name))]),
    ]);
  const open = (modes: ReadonlyMap<string, string>) => [...modes].filter(([, mode]) => !/^[0-7]00$/.test(mode));

  it('is this user’s alone, with everything that is written while it is used, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const home = join(folder, 'inner/home');
      const sandbox = await start(home);
      const { controlSocket, faultFile, logFile } = new SandboxHome(home);
      await ssm(sandbox).send(new PutParameterCommand({ Name: '/dr/a', Value: 'x', Type: 'String' }));
      await askSandbox(controlSocket, 'faults', { set: [{ kind: 'lag', lagMs: 1 }] });
      await askSandbox(controlSocket, 'open-folder', { workFolder: folder, types: ['aws_vpc'], blocks: 'all' });

      const modes = modesIn(home);

      expect(open(modes)).toEqual([]);
      const names = [...modes.keys()];
      expect(names).toEqual(expect.arrayContaining(['account.lock', 'faults.json', 'sandbox.json', 'sandbox.log']));
      expect(names.filter((name) => name.endsWith('.sock'))).toHaveLength(2);
      expect(names.filter((name) => name.startsWith('schemas/'))).toHaveLength(1);
      expect(names.filter((name) => name.startsWith('account/'))).toHaveLength(4);
      expect([modeOf(faultFile), modeOf(logFile), modeOf(join(folder, 'inner'))]).toEqual(['600', '600', '700']);
      expect(statSync(controlSocket).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it('that an older version left open is closed at start, and nothing else in it is touched', async () => {
    const kept = [
      'account/us-east-1/ssm/aws_ssm_parameter',
      'code',
      'functions/0011',
      'logs/us-east-1',
      'states/local',
    ];
    for (const name of [...kept, 'mine']) mkdirSync(join(folder, name), { recursive: true });
    const files = [...kept.map((name) => `${name}/a.txt`), 'faults.json', 'sandbox.log', 'mine/a.txt'];
    for (const name of files) writeFileSync(join(folder, name), name === 'faults.json' ? '[]' : '');
    symlinkSync(join(folder, 'mine/a.txt'), join(folder, 'logs/link'));
    for (const name of readdirSync(folder, { recursive: true }).map(String)) {
      if (name !== 'logs/link')
        chmodSync(join(folder, name), lstatSync(join(folder, name)).isDirectory() ? 0o755 : 0o644);
    }
    chmodSync(folder, 0o755);

    await start();

    const wide = new Map(open(modesIn(folder)));
    wide.delete('logs/link');
    expect([...wide]).toEqual([
      ['mine', '755'],
      ['mine/a.txt', '644'],
    ]);
  });

  it('is refused where it is everybody’s', async () => {
    chmodSync(folder, 0o1777);

    await expect(start()).rejects.toThrow(
      `${folder}: it belongs to other users too, expected a folder of this user alone. Choose another with --home or DR_SANDBOX_HOME.`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has its sockets in a folder of this user alone where its own path is too long for them', async () => {
    const home = new SandboxHome(join(folder, 'x'.repeat(90)));
    const sockets = home.databaseSockets;
    mkdirSync(sockets, { mode: 0o777 });
    chmodSync(sockets, 0o777);

    await start(home.folder);

    expect(sockets.startsWith(folder)).toBe(false);
    expect(open(modesIn(sockets))).toEqual([]);
  });
});

describe('the control socket', () => {
  it.each([
    ['faults', 'null'],
    ['faults', '{"set":[{"kind":"dark","region":"../../x"}]}'],
    ['faults', '{"set":[{"kind":"zone","zone":"../../xa"}]}'],
    ['faults', '{"set":[{"kind":"failing","code":"a\\nb","status":400}]}'],
    ['faults', '{"set":[{"kind":"failing","code":"a","status":200}]}'],
    ['faults', '{"set":[{"kind":"slow","delayMs":"1"}]}'],
    ['faults', '{"set":[{"kind":"unknown"}]}'],
    ['faults', '{"set":[null]}'],
    ['faults', '{"set":"x"}'],
    ['open-folder', '{}'],
    ['open-folder', '{"workFolder":"a","types":["aws_../../x"],"blocks":1}'],
    ['resolve', '{}'],
    ['../status', 'null'],
    ['constructor', 'null'],
    ['status', '{'],
  ])('refuses an unknown or malformed request, and changes nothing: %s %s', async (name, body) => {
    await start();
    const { controlSocket } = new SandboxHome(folder);

    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = request({ socketPath: controlSocket, path: `/${name}`, method: 'POST' }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      call.on('error', reject);
      call.end(body);
    });

    expect(status).toBe(500);
    expect(await askSandbox(controlSocket, 'faults', { set: [] })).toEqual({ faults: [] });
    expect(existsSync(join(folder, 'faults.json'))).toBe(false);
  });
});
