import { callRaw, type RawCall } from '../testing/raw-call';
import { callOf, codeOf, servedOperations, type ServedOperation } from '../testing/served-operations';
import { TestSandbox } from '../testing/test-sandbox';
import { membersOf, type ServiceApi, type Shape, shapeOf } from './calls/service-api';
import { writtenMembers } from './calls/write-output';

let aws: TestSandbox;
beforeAll(async () => (aws = await TestSandbox.start()));
afterAll(() => aws.close());
afterEach(() => expect(aws.defects).toEqual([]));

/** Error codes with which each service refuses a request outside its shape. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ['ValidationException'],
  ecs: ['InvalidParameterException'],
  lambda: ['ValidationException'],
  monitoring: ['ValidationError', 'MissingParameter'],
  rds: ['ValidationError', 'MissingParameter'],
  'rds-data': ['BadRequestException'],
  route53: ['InvalidInput'],
  s3: ['InvalidArgument'],
  secretsmanager: ['ValidationException'],
  sns: ['InvalidParameter'],
  ssm: ['ValidationException'],
  sts: ['ValidationError'],
  tagging: ['InvalidParameterException'],
};

type Structure = Readonly<Record<string, unknown>>;

/** A value that the shape allows: of a structure, the required members only. */
function sample(api: ServiceApi, name: string): unknown {
  const shape = shapeOf(api, name);
  const { key, member, min = 0, required = [], type, value } = shape;
  if (type === 'structure') {
    return Object.fromEntries(required.map((of) => [of, sample(api, shape.members?.[of]?.shape ?? '')]));
  }
  if (type === 'list') return Array.from({ length: min }, () => sample(api, member?.shape ?? ''));
  if (type === 'map') return { [text(shapeOf(api, key?.shape ?? ''))]: sample(api, value?.shape ?? '') };
  return { boolean: true, timestamp: 1, string: text(shape), blob: 'eA==' }[type as string] ?? Math.max(min, 1);
}

function text({ enum: [first] = [], min = 1, pattern = '' }: Shape): string {
  return first ?? (pattern.startsWith('tag:') ? 'Name' : 'x'.repeat(Math.max(min, 1)));
}

interface Wrong {
  readonly value: unknown;
  /** AWS's message for the violation. */
  readonly constraint: RegExp;
}

/** Values that miss one limit of a shape each, at every depth that it reaches without holding itself. */
function wrong(api: ServiceApi, name: string, seen: readonly string[] = []): readonly (Wrong & { member: string })[] {
  if (seen.includes(name)) return [];
  const shape = shapeOf(api, name);
  const { key, member: element, required = [], type, value: of } = shape;
  const deeper = (inner: string) => wrong(api, inner, [...seen, name]);
  if (type === 'structure') {
    const whole = sample(api, name) as Structure;
    return membersOf(api, name).flatMap(({ member, reference: { location, shape: inner } }) => {
      const { [member]: _left, ...without } = whole;
      const isNeeded = required.includes(member) && location !== 'uri';
      return [
        ...(isNeeded ? [{ value: without, member, constraint: /null|parameter/i }] : []),
        ...outside(api, inner)
          // A path without its label is another one.
          .filter(({ value }) => location !== 'uri' || value !== '')
          .map(({ constraint, value }) => ({ value: { ...whole, [member]: value }, member, constraint })),
        ...deeper(inner).map(({ value, ...rest }) => ({ ...rest, value: { ...whole, [member]: value } })),
      ];
    });
  }
  const inner = type === 'list' ? element?.shape : of?.shape;
  if (inner === undefined) return [];
  const put = (each: unknown) => (type === 'list' ? [each] : { [text(shapeOf(api, key?.shape ?? ''))]: each });
  const kind = type === 'list' ? /Member must satisfy constraint: \[/ : /Map value must satisfy constraint: \[/;
  return [
    ...outside(api, inner).map(({ value }) => ({ value: put(value), member: '', constraint: kind })),
    ...deeper(inner).map(({ value, ...rest }) => ({ ...rest, value: put(value) })),
  ];
}

/** Values outside of each limit that the shape itself has. */
function outside(api: ServiceApi, name: string): readonly Wrong[] {
  const { enum: values, key, max = Infinity, member, min = 0, pattern, type, value } = shapeOf(api, name);
  const isNumber = ['integer', 'long', 'float', 'double'].includes(type);
  const sized = (size: number): unknown => {
    if (isNumber) return size;
    if (type === 'list') return Array.from({ length: size }, () => sample(api, member?.shape ?? ''));
    if (type !== 'map') return 'x'.repeat(size);
    const entry = sample(api, value?.shape ?? '');
    const begin = text(shapeOf(api, key?.shape ?? ''));
    return Object.fromEntries(Array.from({ length: size }, (_, index) => [`${begin}${index}`, entry]));
  };
  const mismatch = ['!', ':'].find((each) => pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(each));
  return [
    ...(min > 0 ? [{ value: sized(min - 1), constraint: /greater than or equal to/ }] : []),
    // A longer value tests no limit, and fits into no header.
    ...(max < (isNumber ? Infinity : 10_000) ? [{ value: sized(max + 1), constraint: /less than or equal to/ }] : []),
    ...(mismatch === undefined ? [] : [{ value: mismatch, constraint: /regular expression pattern: / }]),
    ...(values === undefined ? [] : [{ value: 'NONE-OF-THEM', constraint: /enum value set: \[/ }]),
  ];
}

function operationOf(service: string, name: string): ServedOperation {
  const found = servedOperations(aws.services.endpoints).find(
    ({ operation, service: { api } }) => operation === name && api.signingName === service,
  );
  if (found === undefined) throw new Error(`${name} of ${service} is not served`);
  return found;
}

/** The call with this input, as its protocol carries it. */
function request(operation: ServedOperation, input: Structure): RawCall {
  const { api } = operation.service;
  const { input: shape = '' } = operation.model;
  if (operation.protocol === 'JSON') return callOf(operation, JSON.stringify(input));
  if (operation.protocol === 'query') {
    return callOf(operation, [`Action=${operation.operation}`, ...form(api, shape, input, '')].join('&'));
  }
  const sent = membersOf(api, shape).flatMap((named) => {
    const value = input[named.member];
    return value === undefined ? [] : [{ ...named, value }];
  });
  const at = (location?: string): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      sent
        .filter(({ reference }) => reference.location === location)
        .map(({ value, wireName }) => [wireName, location === undefined ? value : String(value)]),
    );
  const query = new URLSearchParams(at('querystring') as Record<string, string>);
  const isJson = api.protocol === 'rest-json' && shapeOf(api, shape).payload === undefined;
  const body = isJson ? JSON.stringify(at()) : '';
  const call = callOf(operation, body, query.size === 0 ? '' : `?${query}`, at('uri') as Record<string, string>);
  return { ...call, headers: at('header') as Record<string, string> };
}

function form(api: ServiceApi, name: string, value: unknown, prefix: string): readonly string[] {
  const { key, member, type, value: of } = shapeOf(api, name);
  if (type === 'structure') {
    return membersOf(api, name).flatMap(({ member: each, reference, wireName }) => {
      const inner = (value as Structure)[each];
      return inner === undefined ? [] : form(api, reference.shape, inner, `${prefix}${wireName}.`);
    });
  }
  const path = prefix.slice(0, -1);
  if (type === 'list') {
    const elements = value as readonly unknown[];
    if (elements.length === 0) return [`${path}=`];
    return elements.flatMap((each, index) =>
      form(api, member?.shape ?? '', each, `${path}.${member?.locationName ?? 'member'}.${index + 1}.`),
    );
  }
  if (type !== 'map') return [`${path}=${encodeURIComponent(String(value))}`];
  return Object.entries(value as Structure).flatMap(([each, inner], index) => [
    `${path}.entry.${index + 1}.${key?.locationName ?? 'key'}=${each}`,
    ...form(api, of?.shape ?? '', inner, `${path}.entry.${index + 1}.${of?.locationName ?? 'value'}.`),
  ]);
}

it('refuses each request that leaves out what is required, or is outside of a limit', async () => {
  const counts: Record<string, number> = {};
  for (const operation of servedOperations(aws.services.endpoints)) {
    const { api } = operation.service;
    for (const { constraint, member, value } of wrong(api, operation.model.input ?? 'string')) {
      const answer = await callRaw(aws.address, request(operation, value as Structure));
      const code = codeOf(operation, answer);
      const where = `${operation.operation} ${JSON.stringify(value).slice(0, 300)}: ${answer.status} ${answer.body}`;
      counts[api.signingName] = (counts[api.signingName] ?? 0) + 1;
      if (operation.operation.startsWith('Head')) continue;
      if (CODES[api.signingName]?.includes(code) !== true) throw new Error(`code ${code}: ${where}`);
      if (!constraint.test(answer.body)) throw new Error(`not ${String(constraint)}: ${where}`);
      // The query protocol carries a structure without members as nothing: the answer names the list that it was in.
      if (operation.protocol === 'query' && JSON.stringify(value).includes('[{}]')) continue;
      if (!answer.body.toLowerCase().includes(member.toLowerCase())) throw new Error(`not ${member}: ${where}`);
    }
  }

  expect(Object.keys(counts)).toHaveLength(12);
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(290);
}, 60_000);

describe('a request that is outside of a limit is refused in the words of AWS', () => {
  const put = (key: string) => ({ PutRequest: { Item: { id: { S: key } } } });

  // Seen in reports of callers, but for the order of an enum's values, which is that of the service model.
  it.each<[string, string, Structure, string, RegExp]>([
    [
      'dynamodb',
      'BatchWriteItem',
      { RequestItems: { orders: Array.from({ length: 26 }, (_, index) => put(String(index))) } },
      'ValidationException',
      /^1 validation error detected: Value '\{orders=\[\{.*\}\]\}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/,
    ],
    [
      'dynamodb',
      'UpdateItem',
      { TableName: 'orders', ReturnValues: 'hi' },
      'ValidationException',
      /^2 validation errors detected: Value null at 'key' failed to satisfy constraint: Member must not be null; Value 'hi' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: \[NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATED_NEW\]$/,
    ],
    [
      'ssm',
      'GetParameters',
      { Names: [] },
      'ValidationException',
      /^1 validation error detected: Value '\[\]' at 'names' failed to satisfy constraint: Member must have length greater than or equal to 1$/,
    ],
    [
      'ssm',
      'PutParameter',
      { Name: '/a', Value: 'x', Tags: [{ Key: 'stage', Value: 'x' }, { Value: 'x' }] },
      'ValidationException',
      /^1 validation error detected: Value null at 'tags\.2\.member\.key' failed to satisfy constraint: Member must not be null$/,
    ],
    [
      'route53',
      'TestDNSAnswer',
      { HostedZoneId: 'x'.repeat(33), RecordName: 'a.example', RecordType: 'A' },
      'InvalidInput',
      /^1 validation error detected: Value 'x{33}' at 'hostedZoneId' failed to satisfy constraint: Member must have length less than or equal to 32$/,
    ],
    [
      'rds',
      'SwitchoverGlobalCluster',
      { GlobalClusterIdentifier: 'orders' },
      'MissingParameter',
      /^The request must contain the parameter TargetDbClusterIdentifier\.$/,
    ],
    ['sns', 'Publish', { TopicArn: 'x' }, 'InvalidParameter', /^Invalid parameter: Message$/],
  ])('%s %s, case %#', async (service, name, input, code, words) => {
    const operation = operationOf(service, name);

    const answer = await callRaw(aws.address, request(operation, input));

    const said = /<Message>(.*)<\/Message>/.exec(answer.body)?.[1] ?? (JSON.parse(answer.body) as Structure)['message'];
    expect([codeOf(operation, answer), said]).toEqual([code, expect.stringMatching(words)]);
  });
});

it.each<[string, string, Structure, string, number]>([
  ['sns', 'Publish', { TopicArn: 'x', Message: 'x' }, 'NotFound', 404],
  ['rds', 'DescribeDBClusters', { DBClusterIdentifier: 'none' }, 'DBClusterNotFoundFault', 404],
  ['monitoring', 'SetAlarmState', { AlarmName: 'a', StateValue: 'OK', StateReason: '' }, 'ResourceNotFound', 404],
  ['route53', 'GetHealthCheck', { HealthCheckId: 'none' }, 'NoSuchHealthCheck', 404],
  [
    'rds-data',
    'ExecuteStatement',
    { resourceArn: 'x'.repeat(11), secretArn: 'x'.repeat(11), sql: 'x' },
    'DatabaseNotFoundException',
    404,
  ],
  ['ssm', 'GetParameter', { Name: 'none' }, 'ParameterNotFound', 400],
])('%s %s %j is refused with the status that its service model says', async (service, name, input, code, status) => {
  const { body, headers, status: got } = await callRaw(aws.address, request(operationOf(service, name), input));

  expect([/<Code>(.*)<\/Code>/.exec(body)?.[1] ?? headers['x-amzn-errortype'], got]).toEqual([code, status]);
});

it('lets nothing through that no SDK would read: an answer with a member that its shape does not have', () => {
  const [sts] = aws.services.endpoints.filter(({ api }) => api.signingName === 'sts');

  expect(() => writtenMembers(sts?.api as ServiceApi, 'GetCallerIdentityResponse', { Acount: '1' })).toThrow(
    'GetCallerIdentityResponse of sts has no member Acount',
  );
});
