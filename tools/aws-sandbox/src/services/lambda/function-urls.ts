import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { ResourceRecord } from '../../model/resource-record';
import type { HttpAnswer, HttpRequest } from '../../network/http-message';
import type { VirtualHosts } from '../../network/virtual-host';
import type { LambdaFunctions } from './lambda-functions';

/** Function URLs: an HTTP request becomes an event of payload format 2.0, and the handler's result the answer. */
export function functionUrls(account: AccountView, functions: LambdaFunctions): VirtualHosts {
  return {
    find: (host) => {
      const [, id = '', region = ''] = /^([a-z0-9]+)\.lambda-url\.([a-z0-9-]+)\.on\.aws$/.exec(host) ?? [];
      if (id === '') return undefined;
      const [url] = account.findBy('aws_lambda_function_url', 'url_id', id, region);
      return {
        region,
        service: 'lambda-url',
        answer: (call) => (url === undefined ? json(404, null) : answer(account, functions, url, host, call)),
      };
    },
  };
}

async function answer(
  account: AccountView,
  functions: LambdaFunctions,
  url: ResourceRecord,
  host: string,
  call: HttpRequest,
): Promise<HttpAnswer> {
  const name = text(url.attributes['function_name']).split(':function:').at(-1)?.split(':')[0] ?? '';
  if (!isPublic(account, url, name)) {
    return json(
      403,
      'Forbidden. For troubleshooting Function URL authorization issues, see the Lambda developer guide',
    );
  }
  try {
    const outcome = await functions.invoke(functions.find(url.region, name), eventOf(host, call));
    return outcome.kind === 'result' ? ofUrl(outcome.payload) : json(502, BAD_GATEWAY);
  } catch (error) {
    if (error instanceof AwsError) return json(error.status, error.message);
    throw error;
  }
}

/** Since October 2025 a public URL needs two permissions [AWS Lambda developer guide, function URL authorization]. */
function isPublic(account: AccountView, { attributes, region }: ResourceRecord, name: string): boolean {
  if (attributes['authorization_type'] !== 'NONE') return false;
  const granted = account
    .list('aws_lambda_permission', region)
    .map((permission) => permission.attributes)
    .filter((permission) => permission['principal'] === '*' && text(permission['function_name']).endsWith(name));
  return (
    granted.some(
      (permission) =>
        permission['action'] === 'lambda:InvokeFunctionUrl' && permission['function_url_auth_type'] === 'NONE',
    ) &&
    granted.some(
      (permission) =>
        permission['action'] === 'lambda:InvokeFunction' && permission['invoked_via_function_url'] === true,
    )
  );
}

function eventOf(host: string, { body, headers, method, path, query }: HttpRequest) {
  const queryText = query.toString();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: queryText,
    headers: { ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])), host },
    ...(queryText === '' ? {} : { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: host.split('.')[0],
      domainName: host,
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: String(headers['user-agent'] ?? ''),
      },
      requestId: randomUuid(),
      routeKey: '$default',
      stage: '$default',
      timeEpoch: Date.now(),
    },
    ...(body.length === 0 ? {} : { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
}

const OF_CONNECTION = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'];
const BAD_GATEWAY = 'Internal Server Error';

/** A result with a statusCode is the answer; anything else is the body of a 200 [same, response payload]. */
function ofUrl(payload: string): HttpAnswer {
  const result = JSON.parse(payload) as unknown;
  if (isResponse(result)) return responseOf(payload) ?? json(502, BAD_GATEWAY);
  const isText = typeof result === 'string';
  return { status: 200, headers: { 'content-type': 'application/json' }, body: isText ? result : payload };
}

function isResponse(result: unknown): result is { readonly statusCode: unknown } {
  return typeof result === 'object' && result !== null && 'statusCode' in result;
}

/** The HTTP response that a function's result says. @returns undefined where it says none: the function's error, not the client's */
export function responseOf(payload: string): HttpAnswer | undefined {
  const result = JSON.parse(payload) as unknown;
  if (!isResponse(result)) return undefined;
  const { body, headers, isBase64Encoded, statusCode } = result as {
    readonly statusCode: unknown;
    readonly headers?: unknown;
    readonly body?: unknown;
    readonly isBase64Encoded?: unknown;
  };
  const status = Number(statusCode);
  const sent = typeof body === 'string' ? body : body === undefined || body === null ? '' : undefined;
  const named = headersOf(headers);
  const isAnswer = Number.isInteger(status) && status >= 200 && status <= 599;
  if (!isAnswer || sent === undefined || named === undefined) return undefined;
  return {
    status,
    headers: { 'content-type': 'application/json', ...named },
    body: isBase64Encoded === true ? Buffer.from(sent, 'base64') : sent,
  };
}

/** In small letters, without those of the connection. @returns undefined where one of them is no header */
function headersOf(given: unknown): Readonly<Record<string, string>> | undefined {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'object') return undefined;
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  try {
    for (const [name, value] of entries) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch {
    return undefined;
  }
  return Object.fromEntries(entries.filter(([name]) => !OF_CONNECTION.includes(name)));
}

function json(status: number, message: string | null): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ Message: message }) };
}
