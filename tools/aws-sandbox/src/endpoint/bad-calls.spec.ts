import { connect } from 'node:net';
import { callRaw, type RawCall } from '../testing/raw-call';
import { callOf, codeOf, servedOperations, type ServedOperation } from '../testing/served-operations';
import { TestSandbox } from '../testing/test-sandbox';
import { membersOf, type ServiceApi, shapeOf } from './calls/service-api';

const REGION = 'us-west-2';
const LARGEST_BODY_BYTES = 16_777_216;

/** Operations that AWS performs without any input. */
const NEEDS_NOTHING = [
  'monitoring DescribeAlarms',
  'dynamodb ListTables',
  'ecs DescribeClusters',
  'ecs ListClusters',
  'rds DescribeGlobalClusters',
  'rds DescribeDBClusters',
  'rds DescribeDBClusterSnapshots',
  'rds DescribeDBInstances',
  'rds DescribeEvents',
  'route53 ListHealthChecks',
  'route53 ListHostedZones',
  's3 ListBuckets',
  'sts GetCallerIdentity',
  'tagging GetResources',
];

let aws: TestSandbox;
beforeAll(async () => (aws = await TestSandbox.start()));
afterAll(() => aws.close());
afterEach(() => expect(aws.defects).toEqual([]));

function served(): readonly ServedOperation[] {
  return servedOperations(aws.services.endpoints);
}

async function refused(operation: ServedOperation, call: RawCall): Promise<string> {
  return codeOf(operation, await callRaw(aws.address, call));
}

it('serves every operation of which the following is said', () => {
  expect(aws.services.endpoints.map(({ api }) => api.signingName).sort()).toEqual([
    'dynamodb',
    'ecs',
    'lambda',
    'monitoring',
    'rds',
    'rds-data',
    'route53',
    's3',
    'secretsmanager',
    'sns',
    'ssm',
    'sts',
    'tagging',
  ]);
  expect(served().length).toBeGreaterThanOrEqual(43);
  for (const { api, operations } of aws.services.endpoints) {
    expect(Object.keys(operations).sort()).toEqual(Object.keys(api.operations));
  }
});

describe('a body that is no call', () => {
  const DEEP = `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`;
  const BODIES: Readonly<Record<string, string | Buffer>> = {
    null: 'null',
    'a list': '[]',
    'a text': '"x"',
    'a number': '1',
    true: 'true',
    nothing: '',
    blanks: '  ',
    'half of JSON': '{"TableName":',
    'XML that nothing ends': '<a><b></a>',
    'no UTF-8': Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]),
    'half a character': '{"TableName":"\\ud800"}',
    'half a character in a name': '{"\\udfff":1}',
    'NUL bytes': '\0\0',
    'deep nesting': DEEP,
    'deep lists': '['.repeat(200_000),
  };

  it.each(Object.entries(BODIES))(
    'is refused in the form of its protocol: %s',
    async (_kind, body) => {
      const codes = new Set<string>();
      let calls = 0;
      for (const operation of served()) {
        if (
          operation.protocol === 'REST' &&
          NEEDS_NOTHING.includes(`${operation.service.api.signingName} ${operation.operation}`)
        )
          continue;
        calls += 1;
        const code = await refused(operation, callOf(operation, body));
        if (operation.protocol !== 'REST') codes.add(`${operation.protocol} ${code}`);
      }

      expect(calls).toBeGreaterThanOrEqual(40);
      // Bytes that are no UTF-8 are no form either; everything else is a form without an action.
      const query = Buffer.isBuffer(body) ? 'query MalformedInput' : 'query MissingAction';
      expect([...codes].sort()).toEqual(['JSON SerializationException', query]);
    },
    60_000,
  );

  it('is refused where the operation needs what is missing', async () => {
    const performed: string[] = [];
    for (const operation of served()) {
      const body =
        operation.protocol === 'JSON' ? '{}' : operation.protocol === 'query' ? `Action=${operation.operation}` : '';
      const call = callOf(operation, body);
      const answer = await callRaw(aws.address, call);
      if (answer.status === 200) performed.push(`${operation.service.api.signingName} ${operation.operation}`);
      else codeOf(operation, answer);
    }

    expect(performed.sort()).toEqual([...NEEDS_NOTHING].sort());
  });
});

describe('a percent-encoding that cannot be decoded', () => {
  it.each(['%zz', '%', '%c3', '%c3%28', '%e0%80'])('is refused in path and query: %s', async (wrong) => {
    const codes = new Set<string>();
    for (const operation of served()) {
      const { protocol, service } = operation;
      const sound = protocol === 'JSON' ? '{}' : protocol === 'query' ? `Action=${operation.operation}` : '';
      const inQuery = callOf(operation, sound, `?x=${wrong}`);
      const inPath = callOf(operation, sound);
      const [path = '', query] = (inPath.target ?? '').split('?');
      const target = `${path.replace(/\/$/, '')}/${wrong}${query === undefined ? '' : `?${query}`}`;
      for (const call of [inQuery, { ...inPath, target }]) {
        const code = await refused(operation, call);
        codes.add(`${protocol === 'REST' ? service.api.signingName : protocol} ${code}`);
      }
    }
    codes.delete('s3 ');

    expect([...codes].sort()).toEqual([
      'JSON SerializationException',
      'lambda SerializationException',
      'query MalformedInput',
      'rds-data SerializationException',
      'route53 MalformedInput',
      's3 InvalidURI',
    ]);
  });

  it.each(['%zz', '%', '%c3'])('is refused in a form: %s', async (wrong) => {
    for (const operation of served().filter(({ protocol }) => protocol === 'query')) {
      const form = `Action=${operation.operation}`;
      for (const body of [`${form}&x=${wrong}`, `${form}&${wrong}=x`, `${form}&x=${wrong}&y=1`]) {
        expect(await refused(operation, callOf(operation, body))).toBe('MalformedInput');
      }
    }
  });
});

describe('a member of another type', () => {
  /** Values that a shape does not take, at every depth; of a shape that holds itself, only the first. */
  function wrong(api: ServiceApi, name: string, isText: boolean, depth = 0): readonly unknown[] {
    const { key, member, type, value } = shapeOf(api, name);
    if (depth > 2) return [];
    if (type === 'structure') {
      return [
        'x',
        ['x'],
        ...(isText ? [] : [1, [null]]),
        ...membersOf(api, name).flatMap(({ reference, wireName }) =>
          wrong(api, reference.shape, isText, depth + 1).map((inner) => ({ [wireName]: inner })),
        ),
      ];
    }
    if (type === 'list') {
      const elements = wrong(api, member?.shape ?? '', isText, depth + 1);
      return [
        'x',
        { k: 'x' },
        ...elements.map((inner) => (isText ? { [member?.locationName ?? 'member']: [inner] } : [inner])),
      ];
    }
    if (type === 'map') {
      const [k, v] = [key?.locationName ?? 'key', value?.locationName ?? 'value'];
      const values = wrong(api, value?.shape ?? '', isText, depth + 1);
      return ['x', ['x'], ...values.map((inner) => (isText ? { entry: [{ [k]: 'k', [v]: inner }] } : { k: inner }))];
    }
    const isNumber = ['integer', 'long', 'float', 'double'].includes(type);
    if (isText)
      return [{ k: 'x' }, ['x'], ...(isNumber || type === 'boolean' || type === 'timestamp' ? ['x', ''] : [])];
    const other = { string: 1, blob: 1, boolean: 'true', timestamp: true }[type as string] ?? 'x';
    const more = { integer: [1.5], long: [1.5], string: [false] }[type as string] ?? [];
    return [other, [], {}, ...more];
  }

  function form(value: unknown, name: string): readonly string[] {
    if (typeof value !== 'object' || value === null) return [`${name}=${String(value)}`];
    if (Array.isArray(value)) return value.flatMap((member, index) => form(member, `${name}.${index + 1}`));
    return Object.entries(value).flatMap(([key, member]) => form(member, `${name}.${key}`));
  }

  it('is refused as no call of the operation', async () => {
    let calls = 0;
    for (const operation of served()) {
      const { model, protocol, service } = operation;
      if (protocol === 'REST' && service.api.protocol === 'rest-xml') continue;
      for (const { reference, wireName } of membersOf(service.api, model.input)) {
        // Paths, queries and headers carry nothing but texts, and a payload any bytes.
        if (reference.location !== undefined || wireName === 'Payload') continue;
        for (const value of wrong(service.api, reference.shape, protocol === 'query')) {
          const body =
            protocol === 'query'
              ? [`Action=${operation.operation}`, ...form(value, wireName)].join('&')
              : JSON.stringify({ [wireName]: value });
          const code = await refused(operation, callOf(operation, body));
          const expected = protocol === 'query' ? 'MalformedInput' : 'SerializationException';
          if (code !== expected) throw new Error(`${operation.operation} ${body}: ${code}, expected ${expected}`);
          calls += 1;
        }
      }
    }

    expect(calls).toBeGreaterThanOrEqual(1_000);
  }, 60_000);

  it('is no name that every object has', async () => {
    const body =
      'Action=GetCallerIdentity&__proto__.polluted=1&constructor.prototype.polluted=1&a.__proto__.polluted=1&toString.x=1';
    const { status } = await callRaw(aws.address, {
      scope: `${REGION}/sts`,
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

    expect(status).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['a value that others are inside of', 'a=1&a.b=2'],
    ['others first', 'a.b=2&a=1'],
    ['deeper than AWS nests', `${'a.'.repeat(5_000)}b=1`],
  ])('is no form of the query protocol: %s', async (_kind, parameters) => {
    const { body, status } = await callRaw(aws.address, {
      scope: `${REGION}/rds`,
      body: `Action=DescribeDBClusters&${parameters}`,
    });

    expect(status).toBe(400);
    expect(body).toContain('<Code>MalformedInput</Code>');
  });

  it.each([
    [
      'ssm',
      'AmazonSSM.PutParameter',
      { Name: '/a', Type: 'String', Value: 'x', AllowedPattern: '(' },
      'InvalidAllowedPatternException',
    ],
    ['ssm', 'AmazonSSM.PutParameter', { Name: '/a', Type: 'String', Value: 'x', Tags: [{}] }, 'ValidationException'],
    ['ssm', 'AmazonSSM.PutParameter', { Name: '/a/../b\0', Type: 'String', Value: 'x' }, 'ValidationException'],
    ['dynamodb', 'DynamoDB_20120810.ListTables', { Limit: 0 }, 'ValidationException'],
    [
      'dynamodb',
      'DynamoDB_20120810.Query',
      { TableName: 'x', KeyConditionExpression: '('.repeat(4_000) },
      'ValidationException',
    ],
    [
      'dynamodb',
      'DynamoDB_20120810.Query',
      { TableName: 'x', KeyConditionExpression: 'a'.repeat(4_097) },
      'ValidationException',
    ],
  ])('is refused by what it means, case %#: %s %s', async (service, target, input, code) => {
    const { body, status } = await callRaw(aws.address, {
      scope: `${REGION}/${service}`,
      headers: { 'x-amz-target': target },
      body: JSON.stringify(input),
    });

    expect([status, (JSON.parse(body) as { __type: string }).__type]).toEqual([400, code]);
  });

  it.each(['x', '0', '-1', '1.5', ''])('is refused as the size of a page: %j', async (size) => {
    const { body, status } = await callRaw(aws.address, {
      scope: 'us-east-1/route53',
      method: 'GET',
      target: `/2013-04-01/hostedzone?maxitems=${size}`,
    });

    expect(status).toBe(400);
    expect(body).toMatch(/<Code>(MalformedInput|InvalidInput)<\/Code>/);
  });
});

describe('a body that is too large', () => {
  const HUGE = Buffer.alloc(17 * 1024 * 1024, '{');

  it('is refused by every service, and its caller hears so', async () => {
    const answers: Record<string, string> = {};
    for (const service of aws.services.endpoints) {
      const [operation = ''] = Object.keys(service.operations);
      const [found] = served().filter((each) => each.service === service && each.operation === operation);
      if (found === undefined) continue;
      const call = callOf(found, HUGE);
      const answer = await callRaw(aws.address, call);
      answers[service.api.signingName] = `${answer.status} ${codeOf(found, answer)}`;
    }

    expect(answers).toEqual({
      dynamodb: '413 RequestEntityTooLarge',
      ecs: '413 RequestEntityTooLarge',
      lambda: '413 RequestTooLargeException',
      monitoring: '413 RequestEntityTooLarge',
      rds: '413 RequestEntityTooLarge',
      'rds-data': '413 RequestEntityTooLarge',
      route53: '413 RequestEntityTooLarge',
      s3: '400 EntityTooLarge',
      secretsmanager: '413 RequestEntityTooLarge',
      sns: '413 RequestEntityTooLarge',
      ssm: '413 RequestEntityTooLarge',
      sts: '413 RequestEntityTooLarge',
      tagging: '413 RequestEntityTooLarge',
    });
  }, 60_000);

  it('is refused where it comes in chunks, and on a call that nobody serves', async () => {
    const chunked = await callRaw(aws.address, {
      scope: `${REGION}/ssm`,
      headers: { 'transfer-encoding': 'chunked', 'x-amz-target': 'AmazonSSM.GetParameter' },
      body: HUGE,
    });
    // More than the buffers of a connection hold.
    const unsigned = await callRaw(aws.address, { body: Buffer.alloc(64 * 1024 * 1024) });

    expect([chunked.status, unsigned.status]).toEqual([413, 413]);
  });

  it('is measured in bytes: the largest that is served is 16 MB', async () => {
    const at = async (bytes: number) => {
      const body = `{"Name":"${'x'.repeat(bytes - 11)}"}`;
      const headers = { 'x-amz-target': 'AmazonSSM.GetParameter' };
      return (await callRaw(aws.address, { scope: `${REGION}/ssm`, headers, body })).status;
    };

    expect(await at(LARGEST_BODY_BYTES)).toBe(400);
    expect(await at(LARGEST_BODY_BYTES + 1)).toBe(413);
  });
});

describe('a request line that no SDK writes', () => {
  const status = async (call: RawCall) => (await callRaw(aws.address, call)).status;

  it.each([
    ['GET', '//'],
    ['GET', '///'],
    ['POST', '//'],
    ['GET', '//evil.example/x'],
    ['GET', '/\\'],
    ['OPTIONS', '*'],
    ['OPTIONS', '/'],
    ['TRACE', '/'],
    ['PATCH', '/'],
    ['PROPFIND', '/'],
    ['DELETE', '/'],
    ['GET', '/?'],
    ['GET', '/%'],
    ['GET', '/_sandbox/identity/..'],
    ['GET', `/${'x'.repeat(8_000)}`],
  ])('is answered with 4xx: case %#, %s', async (method, target) => {
    expect(await status({ method, target })).toBe(404);
    for (const service of ['ssm', 'sts', 'lambda', 's3', 'route53']) {
      const signed = await status({ method, target, scope: `us-east-1/${service}` });
      // The only one that is a call: S3 lists buckets at the root.
      if (service === 's3' && method === 'GET' && target === '/?') expect(signed).toBe(200);
      else expect([400, 404]).toContain(signed);
    }
  });

  it('is answered as its path where it names this address, and refused where it names another', async () => {
    const { host } = new URL(aws.address);
    const { body } = await callRaw(aws.address, { method: 'GET', target: `http://${host}/_sandbox/identity` });

    expect(JSON.parse(body)).toEqual({ home: aws.terraform.home, pid: process.pid });
    expect(await status({ method: 'GET', target: 'http://evil.example/_sandbox/identity' })).toBe(403);
  });

  it('is answered where it wants a tunnel, or is no HTTP', async () => {
    const { hostname, port } = new URL(aws.address);
    const say = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => socket.write(text));
        let heard = '';
        socket.setEncoding('utf8');
        socket.on('data', (chunk: string) => (heard += chunk));
        socket.on('error', reject);
        socket.on('end', () => resolve(heard.split('\r\n')[0] ?? ''));
        socket.setTimeout(5_000, () => reject(new Error(`nothing was answered to ${JSON.stringify(text)}`)));
      });

    expect(await say('CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n')).toBe(
      'HTTP/1.1 405 Method Not Allowed',
    );
    expect(await say('GET / HTTP/1.1\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request');
    expect(await say('nonsense\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request');
    expect(await say(`GET / HTTP/1.1\r\nhost: ${'x'.repeat(20_000)}\r\n\r\n`)).toBe(
      'HTTP/1.1 431 Request Header Fields Too Large',
    );
  });

  it('is refused where the method is none of the protocol', async () => {
    const headers = { 'x-amz-target': 'AmazonSSM.GetParameter' };
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await status({ method, scope: `${REGION}/ssm`, headers, body: '{}' })).toBe(404);
    }
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      expect(await status({ method, scope: `${REGION}/sts`, target: '/?Action=GetCallerIdentity' })).toBe(400);
    }
  });
});

describe('a signature for a region that AWS does not have', () => {
  const REGIONS = [
    '..',
    '../../outside',
    '..%2f..%2foutside',
    '%2e%2e',
    '',
    '.',
    'us-east-9',
    'US-EAST-1',
    'global',
    'constructor',
    '__proto__',
    'x'.repeat(5_000),
    'us-east-1\\..',
  ];

  it.each(REGIONS)('is refused as AWS refuses it: case %#', async (region) => {
    const codes = new Set<string>();
    for (const operation of served()) {
      // A slash ends the region: what follows it is the service.
      const scope = `${region}/${operation.service.api.signingName}`;
      const sound =
        operation.protocol === 'JSON' ? '{}' : operation.protocol === 'query' ? `Action=${operation.operation}` : '';
      const { body, status } = await callRaw(aws.address, { ...callOf(operation, sound), scope });
      codes.add(String(status));
      expect(body).not.toContain('<Result>');
    }

    expect([...codes].filter((status) => !/^4/.test(status))).toEqual([]);
    expect(aws.terraform.account.size).toBe(0);
  });

  it('has the code of its protocol', async () => {
    const { signed, headers } = {
      signed: (service: string) => `us-east-9/${service}`,
      headers: { 'x-amz-target': 'AmazonSSM.PutParameter' },
    };
    const input = JSON.stringify({ Name: '/a', Type: 'String', Value: 'x' });
    const answers = await Promise.all([
      callRaw(aws.address, { scope: signed('ssm'), headers, body: input }),
      callRaw(aws.address, { scope: signed('sts'), body: 'Action=GetCallerIdentity' }),
      callRaw(aws.address, { scope: signed('s3'), method: 'GET' }),
      callRaw(aws.address, { scope: signed('lambda'), method: 'GET', target: '/2015-03-31/functions/a/configuration' }),
      callRaw(aws.address, { scope: signed('route53'), method: 'GET', target: '/2013-04-01/hostedzone' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([400, 403, 400, 403, 403]);
    expect(JSON.parse(answers[0]?.body ?? '')).toEqual({
      __type: 'InvalidSignatureException',
      message: 'Credential should be scoped to a valid region, and "us-east-9" is none.',
    });
    expect(
      answers.slice(1).map(({ body, headers: of }) => /<Code>(\w+)</.exec(body)?.[1] ?? of['x-amzn-errortype']),
    ).toEqual([
      'SignatureDoesNotMatch',
      'AuthorizationHeaderMalformed',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
    ]);
  });

  it('is refused in a presigned URL too', async () => {
    const credential = encodeURIComponent('sandbox/20260101/../../outside/ssm/aws4_request');
    const { status } = await callRaw(aws.address, {
      target: `/?X-Amz-Credential=${credential}`,
      headers: { 'x-amz-target': 'AmazonSSM.PutParameter' },
      body: JSON.stringify({ Name: '/a', Type: 'String', Value: 'x' }),
    });

    expect(status).toBe(400);
    expect(aws.terraform.account.size).toBe(0);
  });
});
