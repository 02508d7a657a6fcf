import type { HttpAnswer } from '../../network/http-message';
import type { Members } from '../calls/members';
import { parseMembers } from './json-body';
import type { Protocol } from './protocol';
import { decodeRouted } from './rest-routes';

/** restJson1: the operation is the method and the path, JSON in and out [Smithy, AWS restJson1 protocol]. */
export const restJson: Protocol = {
  name: 'restJson',
  unknownOperation: 'UnknownOperationException',
  scalars: 'JSON',
  refusals: (service) => ({
    malformed: ['SerializationException', 400],
    tooLarge: [service === 'lambda' ? 'RequestTooLargeException' : 'RequestEntityTooLarge', 413],
    badRegion: ['InvalidSignatureException', 403],
    denied: ['AccessDeniedException', 403],
  }),
  speaks: (call, services) =>
    services.some(({ signingName, routes }) => signingName === call.scope.service && routes !== undefined),
  decode: (call, services) => decodeRouted(call, services, (body) => (body.length === 0 ? {} : parseMembers(body))),
  encode: (_call, _decoded, output) => json(200, output, {}),
  encodeError: (_call, _decoded, { code, message, status }) =>
    json(status, { message, Type: status < 500 ? 'User' : 'Service' }, { 'x-amzn-errortype': code }),
};

function json(status: number, members: Members, headers: Readonly<Record<string, string>>): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(members) };
}
