import type { HttpAnswer } from '../../network/http-message';
import type { Members } from '../calls/members';
import { type ApiOperation, membersOf, type NamedMember, type ServiceApi, shapeOf } from '../calls/service-api';
import type { ServiceEndpoint } from '../calls/service-endpoint';
import { type WrittenMember, writtenMembers } from '../calls/write-output';
import type { DecodedCall, HttpCall, ServedCall } from './protocol';

interface Route {
  readonly operation: string;
  readonly model: ApiOperation;
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Query parameters that must be there: `versioning` of `GET /bucket?versioning`. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** @param bodyOf members of a body that is a structure */
export function decodeRouted(
  call: HttpCall,
  services: readonly ServiceEndpoint[],
  bodyOf: (body: Buffer) => Members,
): DecodedCall {
  const serviceName = call.scope.service ?? 'unsigned';
  const service = services.find(({ api }) => api.signingName === serviceName);
  for (const { labels, model, operation, path, query } of service === undefined ? [] : routesOf(service.api)) {
    const found = path.exec(call.path);
    const isAsked = query.every(([name, value]) => call.query.has(name) && ['', call.query.get(name)].includes(value));
    if (service === undefined || found === null || model.method !== call.method || !isAsked) continue;
    const inPath = Object.fromEntries(labels.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? '')]));
    return { service, serviceName, operation, input: inputOf(call, service.api, model, inPath, bodyOf) };
  }
  return { service, serviceName, operation: `${call.method} ${call.path}`, input: {} };
}

const routes = new WeakMap<ServiceApi, readonly Route[]>();

/** The ones that ask most of a query first. */
function routesOf(api: ServiceApi): readonly Route[] {
  const known = routes.get(api) ?? Object.entries(api.operations).map(routeOf);
  const sorted = known.toSorted((left, right) => right.query.length - left.query.length);
  routes.set(api, sorted);
  return sorted;
}

function routeOf([operation, model]: readonly [string, ApiOperation]): Route {
  const [template = '', query] = model.uri.split('?');
  const labels: string[] = [];
  const pattern = template.replaceAll(/\{(\w+)(\+?)\}/g, (_label, name: string, greedy: string) => {
    labels.push(name);
    return greedy === '' ? '([^/]+)' : '(.+)';
  });
  const path = new RegExp(`^${pattern}${template.endsWith('/') ? '' : '/?'}$`);
  return { operation, model, path, labels, query: [...new URLSearchParams(query)] };
}

function inputOf(
  { body, headers, query }: HttpCall,
  api: ServiceApi,
  { input }: ApiOperation,
  labels: Members,
  bodyOf: (body: Buffer) => Members,
): Members {
  if (input === undefined) return {};
  const { payload } = shapeOf(api, input);
  const textOf = ({ reference, wireName }: NamedMember) => {
    if (reference.location === 'uri') return labels[wireName];
    if (reference.location === 'querystring') return query.get(wireName);
    return reference.location === 'header' ? headers[wireName.toLowerCase()] : undefined;
  };
  const located = membersOf(api, input)
    .filter(({ reference }) => reference.location !== undefined)
    .map((named) => [named, textOf(named)] as const)
    .filter(([, sent]) => sent !== undefined && sent !== null)
    .map(([{ reference, wireName }, sent]) => {
      const isList = shapeOf(api, reference.shape).type === 'list' && sent !== '';
      return [wireName, isList ? String(sent).split(/\s*,\s*/) : sent] as const;
    });
  return { ...(payload === undefined ? bodyOf(body) : { [payload]: body }), ...Object.fromEntries(located) };
}

/** @param write members of a body that is a structure, and its content type @returns the answer of a REST protocol */
export function encodeRouted(
  { model, service: { api } }: ServedCall,
  output: Members,
  write: (members: readonly WrittenMember[]) => readonly [type: string, body: string],
): HttpAnswer {
  const written = writtenMembers(api, model.output, output);
  const inBody = written.filter(({ reference }) => reference.location === undefined);
  const payload = model.output === undefined ? undefined : shapeOf(api, model.output).payload;
  const hasBody = membersOf(api, model.output).some(({ reference }) => reference.location === undefined);
  const [type, body] =
    payload !== undefined
      ? [undefined, (output[payload] ?? '') as Buffer | string]
      : hasBody || model.output === undefined
        ? write(inBody)
        : [undefined, ''];
  const headers = written
    .filter(({ reference }) => reference.location === 'header')
    .map(({ value, wireName }) => [
      wireName.toLowerCase(),
      value instanceof Date ? value.toUTCString() : String(value),
    ]);
  const status = written.find(({ reference }) => reference.location === 'statusCode')?.value ?? model.status ?? 200;
  return {
    status: Number(status),
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...Object.fromEntries(headers) },
    body,
  };
}
