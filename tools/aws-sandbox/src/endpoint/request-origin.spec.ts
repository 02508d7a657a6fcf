import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { HOST_HEADER } from '../network/addressing';
import { callRaw, type RawCall } from '../testing/raw-call';
import { TestSandbox } from '../testing/test-sandbox';
import { parseTarget, refusalOfOrigin } from './request-origin';

const REGION = 'us-west-2';
const BALANCER = 'trade-1.us-west-2.elb.amazonaws.com';
const BUCKET = 'states';

let aws: TestSandbox;
let port: string;

beforeAll(async () => {
  aws = await TestSandbox.start();
  port = new URL(aws.address).port;
  aws.terraform.apply('aws_s3_bucket', { region: REGION, bucket: BUCKET });
  aws.terraform.account.commit([
    { put: { type: 'aws_lb', region: REGION, service: 'test', id: 'lb', attributes: { dns_name: BALANCER } } },
  ]);
});
afterAll(() => aws.close());
afterEach(() => expect(aws.defects).toEqual([]));

const json = (value: object) => JSON.stringify(value);

/** Requests of every kind that the endpoint serves, each with an effect or a response that a foreign page must not get. */
const WAYS: Readonly<Record<string, RawCall>> = {
  'a JSON call': {
    scope: `${REGION}/ssm`,
    headers: { 'x-amz-target': 'AmazonSSM.PutParameter' },
    body: json({ Name: '/made', Type: 'String', Value: 'x' }),
  },
  'a JSON call without a signature': {
    headers: { 'x-amz-target': 'AmazonSSM.PutParameter' },
    body: json({ Name: '/made', Type: 'String', Value: 'x' }),
  },
  'a form, as a page sends it': {
    target: `/?X-Amz-Credential=a/b/${REGION}/rds/aws4_request`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=FailoverGlobalCluster&GlobalClusterIdentifier=g&TargetDbClusterIdentifier=t&AllowDataLoss=true',
  },
  'an image, as a page asks for it': {
    method: 'GET',
    target: `/?Action=SwitchoverGlobalCluster&X-Amz-Credential=a/b/${REGION}/rds/aws4_request`,
  },
  'an invocation': {
    scope: `${REGION}/lambda`,
    target: '/2015-03-31/functions/check/invocations',
    body: '{}',
  },
  'an object by its path': { scope: `${REGION}/s3`, method: 'PUT', target: `/${BUCKET}/made`, body: 'x' },
  'an object by a presigned URL': {
    method: 'PUT',
    target: `/${BUCKET}/made?X-Amz-Credential=a/b/${REGION}/s3/aws4_request`,
    body: 'x',
  },
  'the identity': { method: 'GET', target: '/_sandbox/identity' },
  'a name of the account': { method: 'GET', headers: { [HOST_HEADER]: BALANCER } },
  'a look-up': { method: 'GET', target: `/?name=${BALANCER}`, headers: { [HOST_HEADER]: 'name-servers.sandbox' } },
  nothing: { method: 'GET' },
  'a preflight': { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } },
};

async function outcome(way: RawCall, headers: Readonly<Record<string, string>>) {
  const {
    body,
    headers: answered,
    status,
  } = await callRaw(aws.address, { ...way, headers: { ...way.headers, ...headers } });
  expect(Object.keys(answered).filter((name) => name.startsWith('access-control'))).toEqual([]);
  return { status, body };
}

const FOREIGN: readonly (readonly [string, () => Readonly<Record<string, string>>])[] = [
  ['a page of another origin', () => ({ origin: 'https://evil.example' })],
  ['a page of this machine on another port', () => ({ origin: 'http://localhost:3000' })],
  ['a page of this address by https', () => ({ origin: `https://127.0.0.1:${port}` })],
  [
    'a page of the other name of this machine',
    () => ({ origin: `http://localhost:${port}`, host: `127.0.0.1:${port}` }),
  ],
  ['a page without an origin: a file, a sandboxed frame', () => ({ origin: 'null' })],
  ['an origin that is empty', () => ({ origin: '' })],
  ['another site', () => ({ 'sec-fetch-site': 'cross-site' })],
  ['another port of the same site', () => ({ 'sec-fetch-site': 'same-site' })],
  ['a site that nobody knows', () => ({ 'sec-fetch-site': 'anything' })],
  ['a name that was moved here', () => ({ host: `evil.example:${port}` })],
  [
    'a name that was moved here, with its own origin',
    () => ({ host: `evil.example:${port}`, origin: `http://evil.example:${port}`, 'sec-fetch-site': 'same-origin' }),
  ],
  ['a name without a port', () => ({ host: 'evil.example' })],
  ['this machine by another port', () => ({ host: '127.0.0.1:1' })],
  ['this machine without a port', () => ({ host: 'localhost' })],
  ['the address of every interface', () => ({ host: `0.0.0.0:${port}` })],
  ['a name that begins like this machine', () => ({ host: `localhost.evil.example:${port}` })],
  ['a name that ends like this machine', () => ({ host: `evil-localhost:${port}` })],
  ['a bucket that is not there', () => ({ host: `nobody.localhost:${port}` })],
  ['a bucket of somebody else’s domain', () => ({ host: `${BUCKET}.s3.evil.example` })],
  ['a balancer of another name', () => ({ host: `x.${BALANCER}` })],
];

describe('a request that a page in a browser may have caused', () => {
  it.each(FOREIGN)('is refused, whatever it asks for: %s', async (_kind, headers) => {
    for (const [name, way] of Object.entries(WAYS)) {
      const { body, status } = await outcome(way, headers());
      if (status !== 403) throw new Error(`${name}: ${status} ${body}`);
      expect(body).toMatch(/(Host|Origin|Sec-Fetch-Site) is /);
    }

    expect(aws.terraform.account.list('aws_ssm_parameter')).toEqual([]);
    expect(aws.terraform.account.list('s3_object')).toEqual([]);
  });

  it('is told why, in the form of its protocol', async () => {
    const evil = { origin: 'https://evil.example' };
    const message =
      'Origin is &quot;https://evil.example&quot;, expected none: the sandbox serves no page of another origin. Call it from outside of the browser.';

    expect(JSON.parse((await outcome(WAYS['a JSON call'] ?? {}, evil)).body)).toEqual({
      __type: 'AccessDeniedException',
      message: message.replaceAll('&quot;', '"'),
    });
    for (const way of ['a form, as a page sends it', 'an object by its path']) {
      expect((await outcome(WAYS[way] ?? {}, evil)).body).toContain(
        `<Code>AccessDenied</Code><Message>${message}</Message>`,
      );
    }
  });

  it('hears the refusal also where it sends much', async () => {
    const { status } = await callRaw(aws.address, {
      headers: { origin: 'https://evil.example' },
      body: Buffer.alloc(17 * 1024 * 1024),
    });

    expect(status).toBe(403);
  });
});

describe('a request of a program', () => {
  it.each([
    ['this machine', () => ({ host: `127.0.0.1:${port}` })],
    ['its name', () => ({ host: `localhost:${port}` })],
    ['its name in capitals', () => ({ host: `LOCALHOST:${port}` })],
    ['its newer address', () => ({ host: `[::1]:${port}` })],
    ['an address that somebody typed into a browser', () => ({ 'sec-fetch-site': 'none' })],
    [
      'a page that was served from here',
      () => ({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' }),
    ],
    ['a name of the account', () => ({ host: BALANCER })],
    ['a name of the account with a port', () => ({ host: `${BALANCER}:${port}` })],
  ])('is served: %s', async (_kind, headers) => {
    const { status } = await outcome({ method: 'GET', target: '/_sandbox/identity' }, headers());

    expect(status).toBe(200);
  });

  it.each(['dynamodb.us-east-1.amazonaws.com', 'dynamodb.us-east-1.amazonaws.com:443'])(
    'is served under a name of AWS: %s',
    async (host) => {
      const { body } = await outcome({ method: 'GET' }, { host });

      expect(body).toBe('healthy: dynamodb.us-east-1.amazonaws.com ');
    },
  );

  it.each([
    ['localhost', () => `${BUCKET}.localhost:${port}`],
    ['a region of S3', () => `${BUCKET}.s3.${REGION}.amazonaws.com`],
    ['S3', () => `${BUCKET}.s3.amazonaws.com`],
  ])('finds a bucket by its host: under %s', async (_kind, host) => {
    const signed = { scope: `${REGION}/s3` };
    const put = await outcome({ ...signed, method: 'PUT', target: '/a/b', body: 'text' }, { host: host() });
    const got = await outcome({ ...signed, method: 'GET', target: `/${BUCKET}/a/b` }, {});
    const gone = await outcome({ ...signed, method: 'DELETE', target: '/a/b' }, { host: host() });

    expect([put.status, got, gone.status]).toEqual([200, { status: 200, body: 'text' }, 204]);
  });

  it('is one of an unmodified SDK, by either name of this machine, buckets in the host included', async () => {
    const endpoint = `http://localhost:${port}`;
    const client = new SSMClient({ ...aws.client(REGION), endpoint });
    await client.send(new PutParameterCommand({ Name: '/sdk', Type: 'String', Value: 'x' }));
    const { Parameter: found } = await client.send(new GetParameterCommand({ Name: '/sdk' }));
    client.destroy();
    const objects = new S3Client(aws.client(REGION));
    await objects.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'sdk', Body: 'x' }));
    objects.destroy();

    expect(found?.Value).toBe('x');
    expect(aws.terraform.account.list('s3_object').map(({ id }) => id)).toEqual([`${BUCKET}/sdk`]);
  });

  it('may leave out the port where it is the usual one', () => {
    const of = (host: string, at: number) => refusalOfOrigin(parseTarget('/', host), {}, at, () => false);

    expect([of('localhost', 80), of('127.0.0.1:80', 80)]).toEqual([undefined, undefined]);
    expect(of('localhost', 4577)).toBe(
      'Host is "localhost", expected 127.0.0.1:4577, localhost:4577 or a name that the account gave. Call the address that stacks sandbox status shows.',
    );
  });
});
