import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { environmentNames, loadEnvironment } from '@dr/environments';
import { connectPlatform, pointSdkAt } from './connect-platform';

const before = { ...process.env };
let server: Server;
let requests = 0;
const { platform, regions } = loadEnvironment('prod');
const standby = regions.standby.name;
/** Error with which the server refuses every call. */
let refusal = {};
beforeEach(async () => {
  requests = 0;
  server = createServer((_request, response) => {
    requests++;
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(refusal));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  process.env = { ...before };
  await new Promise((closed) => server.close(closed));
});

const connect = (account: string) =>
  connectPlatform({
    environment: 'prod',
    account,
    workspaceRoot: '/nowhere',
    say: () => undefined,
    report: () => undefined,
  });

function pointShellAtServer(): void {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
}

describe('a command of an operator', () => {
  it('refuses AWS in a shell that points at the sandbox, before it talks to anything', async () => {
    pointShellAtServer();

    await expect(connect('aws')).rejects.toThrow(
      '--account=aws: AWS_ENDPOINT_URL is set, expected none: Terraform or the SDK would talk to something else. ' +
        'Nothing was changed. Take out of .env files what they set, and run: unset AWS_ENDPOINT_URL',
    );
    expect(requests).toBe(0);
  });

  it('names the contract that nobody published in the standby, and who publishes it', async () => {
    pointShellAtServer();
    refusal = { __type: 'ParameterNotFound' };

    await expect(connect('emulator')).rejects.toThrow(
      `contract failover-controller of ${standby} (prod): functionName not published in ${standby}, ` +
        `expected at /${platform}/prod/${standby}/failover-controller/function-name. ` +
        `Deploy compute (${standby}) first: npx nx deploy compute --environment=prod --account=emulator.`,
    );
    expect(requests).toBe(1);
  });

  it('names the parameter that it may not read', async () => {
    pointShellAtServer();
    refusal = { __type: 'AccessDeniedException', message: 'not allowed' };

    await expect(connect('emulator')).rejects.toThrow(
      `${standby}: reading parameter /${platform}/prod/${standby}/failover-controller/function-name failed: ` +
        'AccessDeniedException: not allowed. Commands work from either serving region: check them, and your credentials.',
    );
  });

  it('says first which environment and account it acts on', async () => {
    const said: string[] = [];

    await expect(
      connectPlatform({
        environment: 'prod',
        account: 'nowhere',
        workspaceRoot: '/nowhere',
        say: (text) => said.push(text),
        report: () => undefined,
      }),
    ).rejects.toThrow('--account is nowhere');
    expect(said).toEqual(['environment prod, account nowhere']);
  });

  it.each(['constructor', '__proto__', 'toString'])('refuses the environment %s by its name', async (environment) => {
    await expect(
      connectPlatform({
        environment,
        account: 'aws',
        workspaceRoot: '/nowhere',
        say: () => undefined,
        report: () => undefined,
      }),
    ).rejects.toThrow(`--environment is ${environment}, expected one of ${environmentNames().join(', ')}.`);
  });
});

describe('the SDK', () => {
  const ofAccount = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ACCESS_KEY_ID: 'sandbox',
    TF_REATTACH_PROVIDERS: '{}',
  };
  const ofShell = {
    PATH: '/bin',
    AWS_REGION: 'us-east-1',
    AWS_PROFILE: 'prod',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:2',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  };

  it('is given the account alone, where that has an endpoint', () => {
    const environment: NodeJS.ProcessEnv = { ...ofShell };

    pointSdkAt({ endpoint: 'http://127.0.0.1:1' }, ofAccount, environment);

    expect(environment).toEqual({
      PATH: '/bin',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'sandbox',
    });
  });

  it('is left as it is for AWS', () => {
    const environment: NodeJS.ProcessEnv = { AWS_PROFILE: 'prod' };

    pointSdkAt({ endpoint: undefined }, {}, environment);

    expect(environment).toEqual({ AWS_PROFILE: 'prod' });
  });
});
