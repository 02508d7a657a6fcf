import { randomUuid } from '../../services/form';
import type { Members } from '../service-endpoint';
import type { HttpAnswer, Protocol } from './protocol';
import { elements, escapeXml } from './xml';

/** awsQuery: parameters in a form, `Action` among them, XML out [Smithy, AWS query protocol]. */
export const awsQuery: Protocol = {
  name: 'awsQuery',
  unknownOperation: 'InvalidAction',
  speaks: ({ headers, query, body }) =>
    query.has('Action') ||
    (String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') &&
      new URLSearchParams(body.toString('utf8')).has('Action')),
  decode: ({ query, body, scope }, services) => {
    const parameters = new URLSearchParams(body.toString('utf8'));
    for (const [name, value] of query) parameters.set(name, value);
    return {
      service: services.find(
        ({ signingName, xmlNamespace }) => signingName === scope.service && xmlNamespace !== undefined,
      ),
      serviceName: scope.service ?? 'unsigned',
      operation: parameters.get('Action') ?? '',
      input: nest(parameters),
    };
  },
  encode: (_call, { service, operation }, output) =>
    xml(
      200,
      `<${operation}Response xmlns="${service?.xmlNamespace ?? ''}"><${operation}Result>${elements(output)}</${operation}Result><ResponseMetadata><RequestId>${randomUuid()}</RequestId></ResponseMetadata></${operation}Response>`,
    ),
  encodeError: (_call, decoded, { code, message, status }) =>
    xml(
      status,
      `<ErrorResponse xmlns="${decoded?.service?.xmlNamespace ?? ''}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(code)}</Code>${message === '' ? '' : `<Message>${escapeXml(message)}</Message>`}</Error><RequestId>${randomUuid()}</RequestId></ErrorResponse>`,
    ),
};

/** `Filters.member.1.Name=x` → `{ Filters: [{ Name: 'x' }] }` */
function nest(parameters: URLSearchParams): Members {
  const root: Record<string, unknown> = {};
  for (const [name, value] of parameters) {
    const steps = name.split('.').filter((step) => step !== 'member' && step !== 'entry');
    let current = root;
    steps.forEach((step, index) => {
      if (index === steps.length - 1) current[step] = value;
      else current = (current[step] ??= {}) as Record<string, unknown>;
    });
  }
  return lists(root) as Members;
}

/** Objects whose keys are 1, 2, … are lists. */
function lists(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, member]) => [key, lists(member)] as const);
  return entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))
    ? entries.sort(([left], [right]) => Number(left) - Number(right)).map(([, member]) => member)
    : Object.fromEntries(entries);
}

function xml(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
