import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ControlRecord, initialControlRecord } from '@dr/recovery';
import type { RecoveryPorts } from '../ports';
import { within } from '../within';
import { createAwsPorts } from './create-aws-ports';
import { SETTINGS, TARGETS } from './settings-for-test';

const FIRST = initialControlRecord('us-east-1', 0);
const NEXT: ControlRecord = { ...FIRST, version: 2, epoch: 2 };

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The server's answer to a call; `hang` takes it and never answers, `hang up` ends the connection. */
type Manner = Reply | 'hang' | 'hang up' | 'break off';

let server: Server;
let manner: (operation: string) => Manner;
const asked: string[] = [];

const variables = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL: '',
};
const inherited = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));

beforeAll(async () => {
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const operation = operationOf(request, body);
      asked.push(operation);
      const does = manner(operation);
      if (does === 'hang') return;
      if (does === 'hang up') return void request.socket.destroy();
      if (does === 'break off') {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"Item":', () => request.socket.destroy());
        return;
      }
      response.writeHead(does.status, does.headers);
      response.end(does.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, variables, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});

afterAll(() => {
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  server.closeAllConnections();
  server.close();
});

beforeEach(() => asked.splice(0));

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** `GetItem`, by what names it in each protocol. */
function operationOf({ headers, url }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return String(target).split('.').at(-1) ?? '';
  return url === '/Execute' ? 'ExecuteStatement' : (new URLSearchParams(body).get('Action') ?? '');
}

const QUERY = [
  'DescribeGlobalClusters',
  'FailoverGlobalCluster',
  'SwitchoverGlobalCluster',
  'RemoveFromGlobalCluster',
  'GetMetricData',
  'Publish',
];

/** An error as the operation's protocol carries it. */
function refusal(operation: string, code: string, status: number): Reply {
  const message = 'User: arn:aws:sts::111111111111:assumed-role/controller at 10.0.0.7';
  if (QUERY.includes(operation)) {
    return {
      status,
      headers: { 'content-type': 'text/xml' },
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    };
  }
  return { status, headers: { 'x-amzn-errortype': code }, body: JSON.stringify({ __type: code, message }) };
}

const member = (region: string, writes: boolean) =>
  `<GlobalClusterMember><DBClusterArn>arn:aws:rds:${region}:111111111111:cluster:dr-test-${region}</DBClusterArn><IsWriter>${writes}</IsWriter></GlobalClusterMember>`;

const xml = (operation: string, result: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`,
});

const lagOf = (value: string, timestamp = '2026-11-25T10:00:00Z') =>
  xml(
    'GetMetricData',
    `<MetricDataResults><member><Id>lag</Id><Timestamps><member>${timestamp}</member></Timestamps><Values><member>${value}</member></Values></member></MetricDataResults>`,
  );

const DESCRIBED = xml(
  'DescribeGlobalClusters',
  `<GlobalClusters><GlobalClusterMember><GlobalClusterIdentifier>dr-test</GlobalClusterIdentifier><Status>available</Status><GlobalClusterMembers>${member('us-east-1', true)}${member('us-west-2', false)}</GlobalClusterMembers></GlobalClusterMember></GlobalClusters>`,
);

const report = () => undefined;
const openPorts = () => createAwsPorts('us-west-2', TARGETS, SETTINGS, { report, measure: report });

type Call = (ports: RecoveryPorts, signal: AbortSignal) => Promise<unknown>;

/** Calls that are made where each fails: one, of the table one by each replica. */
const calledFor = (operation: string) =>
  operation === 'GetItem' || operation === 'PutItem' ? [operation, operation] : [operation];

/** Every call that a recovery makes to AWS, and the operation that it is on the wire. */
const CALLS: readonly (readonly [port: string, operation: string, call: Call])[] = [
  ['readControlRecord', 'GetItem', (ports, signal) => ports.readControlRecord(signal)],
  [
    'writeControlRecord',
    'PutItem',
    (ports, signal) => ports.writeControlRecord({ expected: { version: 1 }, next: NEXT }, signal),
  ],
  ['describeDatabase', 'DescribeGlobalClusters', (ports, signal) => ports.describeDatabase(signal)],
  ['newestLag', 'GetMetricData', (ports, signal) => ports.newestLag('us-west-2', signal)],
  ['promote', 'FailoverGlobalCluster', (ports, signal) => ports.promote('us-west-2', signal)],
  ['switchOver', 'SwitchoverGlobalCluster', (ports, signal) => ports.switchOver('us-east-1', signal)],
  ['proveWrite', 'ExecuteStatement', (ports, signal) => ports.proveWrite('us-west-2', 7, null, signal)],
  [
    'notify',
    'Publish',
    (ports, signal) => ports.notify({ id: '2:serving', subject: 'serving', text: 'serving' }, signal),
  ],
  ['detach', 'RemoveFromGlobalCluster', (ports, signal) => ports.detach('us-west-2', signal)],
];

/** Calls the port while its operation fares so; what comes before it, the description, fares well. */
async function fare(operation: string, call: Call, does: (operation: string) => Manner, ms = 5_000) {
  manner = () => DESCRIBED;
  const ports = openPorts();
  await ports.describeDatabase(new AbortController().signal);
  asked.splice(0);
  manner = (named) => (named === operation ? does(named) : DESCRIBED);
  return within(ms, (signal) => call(ports, signal));
}

describe.each(CALLS)('%s on the wire', (_port, operation, call) => {
  it.each([
    ['throttled', 'ThrottlingException', 400],
    ['failing in AWS', 'InternalFailure', 500],
    ['made with credentials that expired', 'ExpiredTokenException', 400],
    ['made with credentials that expired, as XML says it', 'ExpiredToken', 403],
    ['denied to the role', 'AccessDeniedException', 400],
    ['denied to the role, as XML says it', 'AccessDenied', 403],
    ['made by a clock that is minutes off', 'RequestTimeTooSkewed', 403],
  ])('fails when it is %s, by that name alone, and is not repeated', async (_what, code, status) => {
    expect(await fare(operation, call, (named) => refusal(named, code, status))).toEqual({ ok: false, problem: code });
    expect(asked).toEqual(calledFor(operation));
  });

  // Jest's own globals make the SDK wrap what Node throws: outside of it a connection's end is ECONNRESET.
  it.each<[string, Manner, string[]]>([
    ['text that is no answer', { status: 200, body: 'service unavailable' }, ['SyntaxError', 'Error']],
    ['a page of a proxy', { status: 502, body: '<html><body>Bad Gateway</body></html>' }, ['SyntaxError', 'TypeError']],
    ['an answer that breaks off', 'break off', ['ECONNRESET', 'Error']],
    ['the end of the connection', 'hang up', ['ECONNRESET', 'Error']],
  ])('fails on %s', async (_what, does, problems) => {
    const attempt = await fare(operation, call, () => does);

    expect(attempt.ok ? attempt : problems).toContain(attempt.ok || attempt.problem);
    expect(asked).toEqual(calledFor(operation));
  });

  it('ends with its time when nothing answers, and holds no connection any more', async () => {
    const attempt = await fare(operation, call, () => 'hang', 200);

    expect(attempt).toEqual({ ok: false, problem: 'no answer within 200 ms' });
    await expect(openConnections(0)).resolves.toBe(0);
  });
});

/** Once as many are left that a call is being made on, or after a second. */
async function openConnections(expected: number): Promise<number> {
  // Kept for the next call, they say nothing of this one.
  server.closeIdleConnections();
  for (let tries = 0; tries < 20; tries++) {
    const open = await new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
    if (open === expected) return open;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}

describe('a replica of the table that is near, and fails', () => {
  const regionOf = ({ headers }: IncomingMessage) => String(headers.authorization).split('/')[2];

  it.each(CALLS.filter(([port]) => port.endsWith('ControlRecord')))(
    '%s is answered by the other one',
    async (_port, operation, call) => {
      const regions: (string | undefined)[] = [];
      const note = (request: IncomingMessage) => void regions.push(regionOf(request));
      server.prependListener('request', note);
      const ok: Reply = { status: 200, body: JSON.stringify({ Item: { record: { S: JSON.stringify(NEXT) } } }) };
      manner = (named) =>
        named === operation && regions.at(-1) === 'us-east-1' ? ok : refusal(named, 'ThrottlingException', 400);

      const attempt = await within(5_000, (signal) => call(openPorts(), signal));
      server.off('request', note);

      expect(attempt).toEqual({ ok: true, value: operation === 'GetItem' ? NEXT : 'written' });
      expect(regions).toEqual(['us-west-2', 'us-east-1']);
    },
  );
});

describe('answers that are well-formed and say nothing', () => {
  it('of the global database leave its writer unknown', async () => {
    const [, , describe] = CALLS[2] ?? [];

    expect(await fare('DescribeGlobalClusters', describe as Call, () => xml('DescribeGlobalClusters', ''))).toEqual({
      ok: true,
      value: { writer: null, status: 'unknown' },
    });
  });

  it('of the lag leave it unknown', async () => {
    const lag = CALLS[3]?.[2] as Call;

    expect(await fare('GetMetricData', lag, () => xml('GetMetricData', ''))).toEqual({ ok: true, value: null });
  });

  it('of a damaged item fail the read', async () => {
    const read = CALLS[0]?.[2] as Call;
    const damaged = (record: string) =>
      fare('GetItem', read, () => ({ status: 200, body: JSON.stringify({ Item: { record: { S: record } } }) }));

    expect(await damaged('{"schema":1')).toEqual({ ok: false, problem: 'InvalidControlRecordError' });
    expect(await damaged(JSON.stringify({ ...FIRST, epoch: -1 }))).toEqual({
      ok: false,
      problem: 'InvalidControlRecordError',
    });
    expect(await damaged(JSON.stringify({ ...FIRST, schema: 2 }))).toEqual({
      ok: false,
      problem: 'InvalidControlRecordError',
    });
  });

  it('of a proof that reads back nothing prove nothing', async () => {
    const prove = CALLS[6]?.[2] as Call;

    expect(await fare('ExecuteStatement', prove, () => ({ status: 200, body: '{"records":[]}' }))).toEqual({
      ok: false,
      problem: 'WriteNotFoundError',
    });
  });
});

describe('a lag that is no number', () => {
  const lag = CALLS[3]?.[2] as Call;

  it.each([
    ['NaN', NaN],
    ['many', NaN],
    ['Infinity', Infinity],
    ['-1', -1],
  ])('%s comes through as it is: the run takes it for unknown', async (value, lagMs) => {
    const attempt = await fare('GetMetricData', lag, () => lagOf(value));

    expect(attempt).toEqual({ ok: true, value: { lagMs, measuredAtMs: Date.parse('2026-11-25T10:00:00Z') } });
  });

  it('at a time that is none fails the reading', async () => {
    expect(await fare('GetMetricData', lag, () => lagOf('700', 'yesterday'))).toMatchObject({ ok: false });
  });
});
