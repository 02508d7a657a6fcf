import type { ApiOperation } from '../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../endpoint/calls/service-endpoint';
import type { RawAnswer, RawCall } from './raw-call';

const REGION = 'us-west-2';

export interface ServedOperation {
  readonly service: ServiceEndpoint;
  readonly operation: string;
  readonly model: ApiOperation;
  readonly protocol: 'JSON' | 'query' | 'REST';
}

/** For specs: every operation of every service. */
export function servedOperations(services: readonly ServiceEndpoint[]): readonly ServedOperation[] {
  return services.flatMap((service) =>
    Object.entries(service.api.operations).map(([operation, model]): ServedOperation => {
      const { protocol } = service.api;
      return {
        service,
        operation,
        model,
        protocol: protocol === 'json' ? 'JSON' : protocol === 'query' ? 'query' : 'REST',
      };
    }),
  );
}

/** A call of the operation with this body, as its protocol carries it. @param labels of its path. @default `x` each */
export function callOf(
  { model, operation, protocol, service: { api } }: ServedOperation,
  body: string | Buffer,
  query = '',
  labels: Readonly<Record<string, string>> = {},
): RawCall {
  const scope = `${REGION}/${api.signingName}`;
  if (protocol === 'JSON') {
    return { scope, body, target: `/${query}`, headers: { 'x-amz-target': `${api.targetPrefix}.${operation}` } };
  }
  if (protocol === 'query') {
    return { scope, body, target: `/${query}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  }
  const [path = '', marker] = model.uri
    .replaceAll(/\{(\w+)\+?\}/g, (_label, name: string) => encodeURIComponent(labels[name] ?? 'x'))
    .split('?');
  const marked = marker === undefined ? query : query === '' ? `?${marker}` : `${query}&${marker}`;
  return { scope, body, method: model.method, target: `${path}${marked}` };
}

/** Checks that an answer is an error in the form of its protocol. @returns its code */
export function codeOf(
  { operation, protocol, service: { api } }: ServedOperation,
  { body, headers, status }: RawAnswer,
): string {
  const where = `${api.signingName} ${operation}: ${status} ${body.slice(0, 300)}`;
  if (status < 400 || status > 499) throw new Error(`no refusal: ${where}`);
  if (/\bat .*\.[jt]s|node_modules/.test(body)) throw new Error(`a stack: ${where}`);
  if (operation.startsWith('Head')) return '';
  if (api.protocol.endsWith('json')) {
    const { __type: type, message } = JSON.parse(body) as Record<string, unknown>;
    const code = headers['x-amzn-errortype'];
    if (typeof message !== 'string' || message === '' || typeof code !== 'string')
      throw new Error(`no error: ${where}`);
    if (protocol === 'JSON' && type !== code) throw new Error(`no __type: ${where}`);
    return code;
  }
  const pattern =
    api.signingName === 's3'
      ? /^<\?xml [^>]*\?>\n<Error><Code>(\w+)<\/Code><Message>[^<]+<\/Message><RequestId>[0-9a-f-]+<\/RequestId><\/Error>$/
      : /^(?:<\?xml [^>]*\?>\n)?<ErrorResponse xmlns="[^"]*"><Error><Type>Sender<\/Type><Code>(\w+)<\/Code><Message>[^<]+<\/Message><\/Error><RequestId>[0-9a-f-]+<\/RequestId><\/ErrorResponse>$/;
  const [, code] = pattern.exec(body) ?? [];
  if (code === undefined || body.includes('\0')) throw new Error(`no error: ${where}`);
  return code;
}
