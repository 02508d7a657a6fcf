import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { callRaw } from '../../testing/raw-call';
import { networkOf } from '../../testing/terraform-client';
import { TestSandbox } from '../../testing/test-sandbox';
import { putMetrics } from '../../runtime/put-metrics';
import { functions } from './service';

const REGION = 'us-west-2';

let aws: TestSandbox;
let folder: string;
let client: LambdaClient;

beforeEach(async () => {
  aws = await TestSandbox.start();
  folder = mkdtempSync(join(tmpdir(), 'function-'));
  client = new LambdaClient(aws.client(REGION));
});

afterEach(async () => {
  client.destroy();
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Deploys a function as Terraform does. */
function deploy(code: string, change: ObjectValue = {}) {
  const { terraform } = aws;
  const filename = join(folder, `${Math.random()}.zip`);
  writeFileSync(filename, zipSync({ 'index.js': strToU8(code) }));
  const role =
    terraform.account.list('aws_iam_role').length > 0
      ? { arn: 'arn:aws:iam::000000000000:role/checker' }
      : terraform.apply('aws_iam_role', {
          name: 'checker',
          assume_role_policy:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}',
        });
  return terraform.apply('aws_lambda_function', {
    region: REGION,
    function_name: 'check',
    role: role['arn'] ?? null,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    filename,
    timeout: 5,
    ...change,
  });
}

async function invoke(event: unknown = {}, type?: 'Event' | 'DryRun') {
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: 'check',
      Payload: JSON.stringify(event),
      ...(type === undefined ? {} : { InvocationType: type }),
    }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  return {
    status: answer.StatusCode,
    error: answer.FunctionError,
    payload: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
  };
}

const log = () => readFileSync(join(aws.terraform.home, `logs/${REGION}/check.log`), 'utf8');

/** Sends a request as a health checker does: by the URL's own host name. */
function visit(host: string, path: string, timeoutMs = 5_000) {
  return new Promise<{ readonly status: number | undefined; readonly body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(aws.address);
    const call = request({ hostname, port, path, headers: { host } }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    call.setTimeout(timeoutMs, () => call.destroy(new Error('no answer')));
    call.on('error', reject);
    call.end();
  });
}

describe('faults of a function', () => {
  it('make each of its runs fail, and end', async () => {
    deploy('exports.handler = async () => 1');
    aws.faults.set({ kind: 'function', region: REGION, name: 'check' });
    expect(await invoke()).toMatchObject({ error: 'Unhandled', payload: { errorType: 'Runtime.ExitError' } });

    aws.faults.clear();
    expect(await invoke()).toMatchObject({ error: undefined, payload: 1 });

    const metrics = aws.services.of(putMetrics);
    const sumOf = (name: string) =>
      metrics.statistic(
        REGION,
        { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: 'check' } },
        'Sum',
        0,
        2 * aws.nowMs,
      );
    expect([sumOf('Invocations'), sumOf('Errors')]).toEqual([2, 1]);
  });

  it('leave what it measures in its log to alarms, unless metrics age', async () => {
    deploy(
      `exports.handler = async ({ at }) => console.log(JSON.stringify({ service: 'x', Failed: 1, _aws: { Timestamp: at,
        CloudWatchMetrics: [{ Namespace: 'Own', Dimensions: [['service']], Metrics: [{ Name: 'Failed' }] }] } }));`,
    );
    const metrics = aws.services.of(putMetrics);
    const failed = () =>
      metrics.statistic(
        REGION,
        { namespace: 'Own', name: 'Failed', dimensions: { service: 'x' } },
        'SampleCount',
        0,
        2 * aws.nowMs,
      );
    await invoke({ at: aws.nowMs });
    aws.faults.set({ kind: 'metrics', region: REGION });
    await invoke({ at: aws.nowMs });

    expect(failed()).toBe(1);
  });

  it('that is cut off from a region: its calls and requests there are never answered, and others are', async () => {
    deploy(
      `const patience = () => ({ signal: AbortSignal.timeout(700) });
      const sts = (region) => fetch(process.env.AWS_ENDPOINT_URL, { ...patience(), method: 'POST',
        body: 'Action=GetCallerIdentity&Version=2011-06-15', headers: { 'content-type': 'application/x-www-form-urlencoded',
        'x-amz-security-token': process.env.AWS_SESSION_TOKEN,
        authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/' + region + '/sts/aws4_request' } });
      const visit = (region) => fetch('https://check.lambda-url.' + region + '.on.aws/', patience());
      const told = (request) => request.then(({ status }) => status, (error) => error.name);
      exports.handler = async ({ regions }) => Promise.all(regions.flatMap((r) => [told(sts(r)), told(visit(r))]));`,
    );
    const ask = async () => (await invoke({ regions: ['us-east-1', REGION] })).payload;
    const open = await ask();
    aws.faults.set({ kind: 'cut', regions: ['us-east-1', REGION] });
    const cut = await ask();

    expect(open).toEqual([200, expect.anything(), 200, expect.anything()]);
    expect(cut).toEqual(['TimeoutError', 'TimeoutError', ...(open as unknown as unknown[]).slice(2)]);
  });
});

describe('a function', () => {
  it('is the code, the variables and the region that Terraform gave it, and sees nothing of this machine', async () => {
    deploy(
      `exports.handler = async (event, context) => ({ event, own: process.env.TABLE, region: process.env.AWS_REGION,
        name: context.functionName, left: context.getRemainingTimeInMillis(), home: process.env.HOME ?? null,
        sandbox: Object.keys(process.env).filter((name) => name.startsWith('SANDBOX')) });`,
      { environment: [{ variables: { TABLE: 'control' } }] },
    );

    const { error, payload, status } = await invoke({ asked: 1 });

    expect({ status, error }).toEqual({ status: 200, error: undefined });
    expect(payload).toMatchObject({
      event: { asked: 1 },
      own: 'control',
      region: REGION,
      name: 'check',
      home: null,
      sandbox: [],
    });
    expect(payload?.['left']).toBeGreaterThan(4_000);
    expect(payload?.['left']).toBeLessThanOrEqual(5_000);
  });

  it.each(['../../outside', '/outside', 'a/../../../outside.js'])(
    'is no archive that leads out of its folder: %s',
    async (name) => {
      const filename = join(folder, 'out.zip');
      writeFileSync(
        filename,
        zipSync({ 'index.js': strToU8('exports.handler = async () => 1;'), [name]: strToU8('x') }),
      );
      deploy('', { filename });

      await expect(invoke()).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
      expect(readdirSync(join(aws.terraform.home, 'functions'))).toEqual([]);
      expect(readdirSync(aws.terraform.home)).not.toContain('outside');
    },
  );

  it('logs inside of the account, whatever its name is', async () => {
    deploy('exports.handler = async () => 1;');
    const { account } = aws.terraform;
    const [record] = account.list('aws_lambda_function');
    const names = ['../../../outside', '..', 'x'.repeat(3_000), 'ünï'];
    for (const id of names) account.commit([{ put: { ...record, id, arn: `arn:${id}` } as ResourceRecord }]);

    // A schedule or a URL runs it too, and no limit of a request applies to those.
    const running = aws.services.of(functions);
    for (const name of names) {
      const outcome = await running.invoke(running.find(REGION, name), {});
      expect(outcome).toEqual({ kind: 'result', payload: '1' });
    }
    expect(readdirSync(join(aws.terraform.home, 'logs', REGION))).toHaveLength(names.length);
    expect(readdirSync(join(aws.terraform.home, 'logs'))).toEqual([REGION]);
    expect(existsSync(join(aws.terraform.home, '../outside.log'))).toBe(false);
  });

  it('stays warm, and starts anew when it is changed', async () => {
    const counting = 'let count = 0; exports.handler = async () => ({ count: ++count });';
    const first = deploy(counting);
    expect([(await invoke()).payload, (await invoke()).payload]).toEqual([{ count: 1 }, { count: 2 }]);

    const filename = join(folder, 'next.zip');
    writeFileSync(filename, zipSync({ 'index.js': strToU8('exports.handler = async () => ({ next: true });') }));
    const { function_name, handler, role, runtime, timeout } = first;
    aws.terraform.apply(
      'aws_lambda_function',
      {
        region: REGION,
        function_name: function_name ?? null,
        handler: handler ?? null,
        role: role ?? null,
        runtime: runtime ?? null,
        timeout: timeout ?? null,
        filename,
        source_code_hash: 'changed',
      },
      first,
    );
    expect((await invoke()).payload).toEqual({ next: true });
  });

  it.each([
    ['throws', 'exports.handler = async () => { throw new TypeError("no"); };', 'TypeError', /^no$/],
    ['is not exported', 'exports.other = 1;', 'Error', /index\.handler is undefined or not exported/],
    ['does not load', 'throw new RangeError("at start")', 'RangeError', /^at start$/],
    ['ends its process', 'exports.handler = () => process.exit(3);', 'Runtime.ExitError', /exit status 3/],
  ])('that %s fails, as the caller is told, and runs again', async (_what, code, errorType, message) => {
    deploy(code);

    for (const attempt of [1, 2]) {
      const { error, payload } = await invoke({ attempt });
      expect({ error, errorType: payload?.['errorType'] }).toEqual({ error: 'Unhandled', errorType });
      expect(payload?.['errorMessage']).toMatch(message);
    }
  });

  it('is ended at its timeout, and leaves nothing behind', async () => {
    deploy('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));', { timeout: 1 });

    const { error, payload } = await invoke();

    expect(error).toBe('Unhandled');
    expect(payload?.['errorMessage']).toMatch(/Task timed out after 1\.00 seconds/);
    expect(log()).toMatch(/Task timed out/);
  });

  it('runs as often at once as is reserved for it, and throttles what comes more', async () => {
    deploy('exports.handler = () => new Promise((resolve) => setTimeout(resolve, 300, { ran: true }));', {
      reserved_concurrent_executions: 2,
    });

    const calls = await Promise.allSettled([invoke(), invoke(), invoke()]);

    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(calls.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'TooManyRequestsException' },
    });
    expect((await invoke()).payload).toEqual({ ran: true });
  });

  it('takes ten requests a second for each run that is reserved, however short they are', async () => {
    deploy('exports.handler = async () => ({ ran: true });', { reserved_concurrent_executions: 1 });
    let nowMs = performance.now() + 60_000;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const attempt = () =>
      invoke().then(
        () => 'ran',
        ({ name }: Error) => name,
      );

    const outcomes: string[] = [];
    for (let request = 0; request < 12; request++) outcomes.push(await attempt());
    nowMs += 1_000;
    outcomes.push(await attempt());
    clock.mockRestore();

    const throttled = 'TooManyRequestsException';
    expect(outcomes).toEqual([...Array<string>(10).fill('ran'), throttled, throttled, 'ran']);
  });

  it('writes its log where a person can read it', async () => {
    deploy('exports.handler = async () => { console.log("one"); console.error("two"); };');

    expect((await invoke()).payload).toBeNull();
    expect(log()).toMatch(/^START RequestId: [0-9a-f-]+ Version: \$LATEST\n[^]*one\n[^]*END RequestId: [0-9a-f-]+\n/);
    expect(log()).toMatch(/two/);
  });

  it('has its time and memory in the log as Lambda writes them, and of a cold start how long loading took', async () => {
    deploy(
      `const until = Date.now() + 600; while (Date.now() < until);
       exports.handler = () => new Promise((resolve) => setTimeout(resolve, 50));`,
      { memory_size: 256 },
    );

    await invoke();
    await invoke();

    const reports = log()
      .split('\n')
      .filter((line) => line.startsWith('REPORT'));
    expect(reports).toEqual([
      expect.stringMatching(
        /^REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t$/,
      ),
      expect.stringMatching(
        /^REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\t$/,
      ),
    ]);
    const cold = (field: string) => Number(new RegExp(`\t${field}: ([\\d.]+)`).exec(reports[0] ?? '')?.[1]);
    expect(cold('Init Duration')).toBeGreaterThanOrEqual(600);
    expect(cold('Duration')).toBeGreaterThanOrEqual(49);
    // The duration excludes loading.
    expect(cold('Duration')).toBeLessThan(600);
    expect(cold('Billed Duration')).toBeGreaterThanOrEqual(649);
    expect(cold('Max Memory Used')).toBeGreaterThan(20);
  });

  it('that fails on an event for good has it in its dead-letter queue', async () => {
    const queue = aws.terraform.apply('aws_sqs_queue', { region: REGION, name: 'failed' });
    deploy('exports.handler = async () => { throw new Error("never"); };', {
      dead_letter_config: [{ target_arn: queue['arn'] ?? null }],
    });

    expect((await invoke({ order: 7 }, 'Event')).status).toBe(202);
    const messages = () => aws.terraform.account.list('sqs_message');
    for (let waited = 0; messages().length === 0 && waited < 50; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    expect(messages()).toMatchObject([{ attributes: { body: '{"order":7}', error_message: 'never' } }]);
    expect(log().match(/^START/gm)).toHaveLength(3);
  });

  it('is not there under another name', async () => {
    await expect(invoke()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the network of a function', () => {
  const FETCH = `exports.handler = async ({ url }) => {
    try { const answer = await fetch(url, { redirect: 'manual' }); return { status: answer.status, body: await answer.text() }; }
    catch (error) { return { failed: error.name }; } };`;

  it('has names of AWS and of the account in it, and no others', async () => {
    deploy(FETCH);
    const visited = async (url: string) => (await invoke({ url })).payload;

    expect(await visited('https://dynamodb.us-east-2.amazonaws.com/')).toEqual({
      status: 200,
      body: 'healthy: dynamodb.us-east-2.amazonaws.com ',
    });
    expect(await visited('https://sts.us-east-2.amazonaws.com/')).toMatchObject({ status: 403 });
    expect(await visited('https://trade.example.com/')).toEqual({ failed: 'TypeError' });
  });

  it("has load balancers in it, by their name and by each zone's address", async () => {
    const { terraform } = aws;
    const { groupId, subnetIds } = networkOf(terraform, REGION);
    const given = { region: REGION, name: 'shop', subnets: [...subnetIds], security_groups: [groupId] };
    const balancer = terraform.apply('aws_lb', given);
    terraform.apply('aws_vpc_security_group_ingress_rule', {
      ...{ region: REGION, security_group_id: groupId, cidr_ipv4: '0.0.0.0/0' },
      ...{ ip_protocol: 'tcp', from_port: 443, to_port: 443 },
    });
    deploy(`const { resolve4 } = require('node:dns/promises');
      const https = require('node:https');
      exports.handler = async ({ name }) => {
        const addresses = await resolve4(name).catch((error) => error.code);
        if (typeof addresses === 'string') return { addresses };
        const statuses = await Promise.all(addresses.map((host) => new Promise((resolve) => {
          const request = https.request({ host, servername: name, path: '/', headers: { host: name } }, (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          });
          request.once('error', (error) => resolve(error.code));
          request.end();
        })));
        return { addresses, statuses };
      };`);

    expect((await invoke({ name: balancer['dns_name'] })).payload).toEqual({
      addresses: ['198.18.0.1', '198.18.0.2'],
      statuses: [503, 503],
    });
    aws.faults.set({ kind: 'zone', zone: 'us-west-2a', manner: 'refused' });
    expect((await invoke({ name: balancer['dns_name'] })).payload).toMatchObject({ statuses: ['ECONNRESET', 503] });
    expect((await invoke({ name: 'none.example.com' })).payload).toEqual({ addresses: 'ENOTFOUND' });
  });

  it('names the port that a request is for, where it is another than 443', async () => {
    const { terraform } = aws;
    const { groupId, subnetIds } = networkOf(terraform, REGION);
    const given = { region: REGION, name: 'shop', subnets: [...subnetIds], security_groups: [groupId] };
    const name = String(terraform.apply('aws_lb', given)['dns_name']);
    terraform.apply('aws_vpc_security_group_ingress_rule', {
      ...{ region: REGION, security_group_id: groupId, cidr_ipv4: '0.0.0.0/0' },
      ...{ ip_protocol: 'tcp', from_port: 443, to_port: 443 },
    });
    deploy(`const https = require('node:https');
      const timeout = 300;
      const byRequest = (servername, port) => new Promise((resolve) => {
        const request = https.request({ host: '198.18.0.1', servername, port, path: '/', timeout }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        request.once('timeout', () => request.destroy());
        request.once('error', () => resolve('silent'));
        request.end();
      });
      const byFetch = (url) => fetch(url, { signal: AbortSignal.timeout(timeout) })
        .then(({ status }) => status, () => 'silent');
      exports.handler = async ({ name }) => [
        await byFetch('https://' + name), await byFetch('https://' + name + ':8443'),
        await byRequest(name), await byRequest(name, 443), await byRequest(name, 8443),
      ];`);

    expect((await invoke({ name })).payload).toEqual([503, 'silent', 503, 503, 'silent']);
  });

  it('has no dark region in it', async () => {
    deploy(FETCH);
    aws.faults.set({ kind: 'dark', region: 'us-east-2', manner: 'refused', sinceMs: 0 });

    expect((await invoke({ url: 'https://dynamodb.us-east-2.amazonaws.com/' })).payload).toEqual({
      failed: 'TypeError',
    });
  });

  it('gives up on a silent region when it is told to, whatever was collected meanwhile', async () => {
    deploy(
      `exports.handler = async ({ url }) => {
        const asker = new AbortController();
        const answer = fetch(url, { signal: asker.signal }).then(() => 'answered', (error) => error.name);
        await new Promise((resolve) => setTimeout(resolve, 100));
        globalThis.gc();
        asker.abort();
        return { outcome: await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 1000, 'hangs'))]) };
      };`,
      { environment: [{ variables: { NODE_OPTIONS: '--expose-gc' } }] },
    );
    aws.faults.set({ kind: 'dark', region: 'us-east-2', manner: 'silent', sinceMs: 0 });

    expect((await invoke({ url: 'https://dynamodb.us-east-2.amazonaws.com/' })).payload).toEqual({
      outcome: 'AbortError',
    });
  });

  it('stays in the account’s network, whatever the path is', async () => {
    deploy(
      `exports.handler = ({ url }) => fetch(url).then(async (answer) => ({ url: answer.url, status: answer.status }));`,
    );
    const { host } = new URL(aws.address);

    // A relative URL of two slashes would name another host.
    expect((await invoke({ url: 'https://dynamodb.us-east-1.amazonaws.com//evil.invalid/x?a=//b' })).payload).toEqual({
      url: `http://${host}//evil.invalid/x?a=//b`,
      status: 200,
    });
  });

  it('reaches the databases of the account that have an instance', async () => {
    const { terraform } = aws;
    const { subnetIds } = networkOf(terraform, REGION);
    terraform.apply('aws_db_subnet_group', { region: REGION, name: 'db', subnet_ids: subnetIds });
    const cluster = terraform.apply('aws_rds_cluster', {
      region: REGION,
      cluster_identifier: 'orders',
      engine: 'aurora-postgresql',
      master_username: 'trading',
      master_password_wo: 'x',
      master_password_wo_version: 1,
      db_subnet_group_name: 'db',
      skip_final_snapshot: true,
    });
    deploy(`const net = require('node:net');
      exports.handler = ({ host }) => new Promise((resolve) => {
        const socket = net.connect({ host, port: 5432 });
        const end = (answer) => { socket.destroy(); resolve({ answer }); };
        socket.once('connect', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
        socket.once('data', (data) => end(String(data)));
        socket.once('error', (error) => end(error.code));
        socket.once('close', () => end('closed'));
      });`);
    const asked = async (host: unknown) => (await invoke({ host })).payload?.['answer'];

    expect(['closed', 'EPIPE', 'ECONNRESET']).toContain(await asked(cluster['endpoint']));
    terraform.apply('aws_rds_cluster_instance', {
      region: REGION,
      identifier: 'orders-1',
      cluster_identifier: 'orders',
      instance_class: 'db.r6g.large',
      engine: 'aurora-postgresql',
    });
    expect(await asked(cluster['endpoint'])).toBe('S');
    expect(await asked('elsewhere.example.com')).toBe('ENOENT');
  });
});

describe('a function URL', () => {
  const ECHO = `exports.handler = async (event) => event.rawPath === '/broken' ? Promise.reject(new Error('x'))
    : { statusCode: 203, headers: { 'X-Path': event.rawPath }, body: 'region-healthy' };`;

  function publish(permissions: 'both' | 'one'): string {
    const url = aws.terraform.apply('aws_lambda_function_url', {
      region: REGION,
      function_name: 'check',
      authorization_type: 'NONE',
    });
    const permission = { region: REGION, function_name: 'check', principal: '*' };
    aws.terraform.apply('aws_lambda_permission', {
      ...permission,
      statement_id: 'url',
      action: 'lambda:InvokeFunctionUrl',
      function_url_auth_type: 'NONE',
    });
    if (permissions === 'both') {
      aws.terraform.apply('aws_lambda_permission', {
        ...permission,
        statement_id: 'invoke',
        action: 'lambda:InvokeFunction',
        invoked_via_function_url: true,
      });
    }
    return new URL(String(url['function_url'])).host;
  }

  it('answers what the handler says', async () => {
    deploy(ECHO);
    const host = publish('both');

    expect(await visit(host, '/latch')).toEqual({ status: 203, body: 'region-healthy' });
    expect((await visit(host, '/broken')).status).toBe(502);
  });

  it('answers 429 to whoever comes while all that is reserved runs, as an invocation is throttled then', async () => {
    deploy('exports.handler = () => new Promise((resolve) => setTimeout(resolve, 600, { statusCode: 200 }));', {
      reserved_concurrent_executions: 1,
    });
    const host = publish('both');
    await visit(host, '/');

    const first = visit(host, '/');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await visit(host, '/');
    const invoked = invoke();

    expect(second.status).toBe(429);
    await expect(invoked).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect((await first).status).toBe(200);
  });

  it.each([
    'statusCode: "never"',
    'statusCode: 101',
    'statusCode: 9999',
    'statusCode: null',
    'statusCode: 200, headers: { "bad name": "x" }',
    'statusCode: 200, headers: { location: "a\\r\\nset-cookie: b" }',
    'statusCode: 200, headers: "x"',
    'statusCode: 200, body: { an: "object" }',
  ])('is a bad gateway where that is no answer of HTTP: %s', async (result) => {
    deploy(`exports.handler = async () => ({ ${result} });`);
    const host = publish('both');

    for (const _time of [1, 2]) expect((await visit(host, '/')).status).toBe(502);
    expect(aws.defects).toEqual([]);
  });

  it('has the headers of its connection from nobody else, and any result is an answer', async () => {
    deploy(`exports.handler = async ({ rawPath }) => rawPath === '/function' ? () => 1
      : { statusCode: 200, headers: { 'Transfer-Encoding': 'chunked', 'Content-Length': '1' }, body: 'whole' };`);
    const host = publish('both');

    expect(await visit(host, '/')).toEqual({ status: 200, body: 'whole' });
    expect(await visit(host, '/function')).toEqual({ status: 200, body: 'null' });
  });

  it('takes any path as it comes', async () => {
    deploy('exports.handler = async ({ rawPath, rawQueryString }) => ({ rawPath, rawQueryString });');
    const host = publish('both');

    for (const path of ['//', '//evil.example/x', '/%zz', '/%c3', '/../x', '/%2e%2e/x']) {
      const { body, status } = await visit(host, path);
      expect([status, JSON.parse(body)]).toEqual([200, { rawPath: path, rawQueryString: '' }]);
    }
  });

  it('is not reached by a page in a browser', async () => {
    deploy(ECHO);
    const host = publish('both');
    const { status } = await callRaw(aws.address, {
      method: 'GET',
      headers: { host, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    });

    expect(status).toBe(403);
    expect(existsSync(join(aws.terraform.home, 'logs'))).toBe(false);
  });

  it('needs both permissions of a public URL', async () => {
    deploy(ECHO);
    const host = publish('one');

    expect((await visit(host, '/')).status).toBe(403);
  });

  it('of a dark region is never answered', async () => {
    deploy(ECHO);
    const host = publish('both');
    aws.faults.set({ kind: 'dark', region: REGION, manner: 'silent', sinceMs: 0 });

    await expect(visit(host, '/', 300)).rejects.toThrow('no answer');
  });
});
