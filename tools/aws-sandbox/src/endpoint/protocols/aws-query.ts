import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { HttpAnswer } from '../../network/http-message';
import { MalformedCall, requireDecodable, textOf } from '../calls/malformed-call';
import type { Members } from '../calls/members';
import { DEEPEST_NESTING } from '../calls/read-input';
import { isServed } from '../calls/service-endpoint';
import { writtenMembers } from '../calls/write-output';
import { type Protocol, statusOf } from './protocol';
import { elements, escapeXml, XML_REFUSALS } from './xml';

/** awsQuery: parameters in a form, `Action` among them, XML out [Smithy, AWS query protocol]. */
export const awsQuery: Protocol = {
  name: 'awsQuery',
  unknownOperation: 'InvalidAction',
  notation: 'text',
  refusals: () => XML_REFUSALS,
  speaks: ({ body, headers, query, scope }, services) => {
    const service = services.find(({ api }) => api.signingName === scope.service);
    if (service !== undefined) return service.api.protocol === 'query';
    return (
      query.has('Action') ||
      (String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') &&
        new URLSearchParams(body.toString('utf8')).has('Action'))
    );
  },
  decode: ({ body, method, query, scope }, services) => {
    if (method !== 'POST' && method !== 'GET') {
      throw new AwsError('InvalidAction', `The method is ${method}, expected GET or POST.`);
    }
    const form = textOf(body);
    requireDecodable(form);
    const parameters = new URLSearchParams(form);
    for (const [name, value] of query) parameters.set(name, value);
    const operation = parameters.get('Action') ?? '';
    if (operation === '') throw new AwsError('MissingAction', 'The request must contain the parameter Action.');
    return {
      service: services.find(isServed(scope.service, 'query')),
      serviceName: scope.service ?? 'unsigned',
      operation,
      input: nest(parameters),
    };
  },
  encode: (_call, { model, operation, service: { api } }, output) =>
    xml(
      200,
      `<${operation}Response xmlns="${api.xmlNamespace}"><${operation}Result>${elements(api, writtenMembers(api, model.output, output))}</${operation}Result><ResponseMetadata><RequestId>${randomUuid()}</RequestId></ResponseMetadata></${operation}Response>`,
    ),
  encodeError: (_call, decoded, error) => {
    const { code, message } = error;
    const status = statusOf(decoded, error);
    return xml(
      status,
      `<ErrorResponse xmlns="${decoded?.service?.api.xmlNamespace ?? ''}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(code)}</Code>${message === '' ? '' : `<Message>${escapeXml(message)}</Message>`}</Error><RequestId>${randomUuid()}</RequestId></ErrorResponse>`,
    );
  },
};

/** Its keys are names of a call: none of them may be one that every object has. */
type Branch = Map<string, string | Branch>;

/** `Filters.member.1.Name=x` → `{ Filters: { member: [{ Name: 'x' }] } }` @throws MalformedCall for a name that is a value and more */
function nest(parameters: URLSearchParams): Members {
  const root: Branch = new Map();
  for (const [name, value] of parameters) {
    const steps = name.split('.');
    if (steps.length > DEEPEST_NESTING) throw new MalformedCall('The request has a parameter that nests too deep.');
    const last = steps.pop() ?? '';
    let current = root;
    for (const step of steps) {
      const inner = current.get(step) ?? new Map<string, string | Branch>();
      if (typeof inner === 'string')
        throw new MalformedCall(`The parameter ${name} is inside of another that is a value.`);
      current.set(step, inner);
      current = inner;
    }
    if (current.get(last) instanceof Map) {
      throw new MalformedCall(`The parameter ${name} is a value, and others are inside of it.`);
    }
    current.set(last, value);
  }
  return Object.fromEntries([...root].map(([name, member]) => [name, lists(member)]));
}

/** Objects whose keys are 1, 2, … are lists. */
function lists(value: string | Branch): unknown {
  if (typeof value === 'string') return value;
  const entries = [...value].map(([key, member]) => [key, lists(member)] as const);
  return entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))
    ? entries.sort(([left], [right]) => Number(left) - Number(right)).map(([, member]) => member)
    : Object.fromEntries(entries);
}

function xml(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
