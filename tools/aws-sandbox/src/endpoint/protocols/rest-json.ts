import { isServed } from '../calls/service-endpoint';
import { parseMembers, writeMembers } from './json-body';
import { type Protocol, statusOf } from './protocol';
import { decodeRouted, encodeRouted } from './rest-routes';

const TYPE = 'application/json';

/** restJson1: the operation is the method and the path, JSON in and out [Smithy, AWS restJson1 protocol]. */
export const restJson: Protocol = {
  name: 'restJson',
  unknownOperation: 'UnknownOperationException',
  notation: 'JSON',
  refusals: (service) => ({
    malformed: ['SerializationException', 400],
    tooLarge: [service === 'lambda' ? 'RequestTooLargeException' : 'RequestEntityTooLarge', 413],
    badRegion: ['InvalidSignatureException', 403],
    denied: ['AccessDeniedException', 403],
  }),
  speaks: ({ scope }, services) => services.some(isServed(scope.service, 'rest-json')),
  decode: (call, services) => decodeRouted(call, services, (body) => (body.length === 0 ? {} : parseMembers(body))),
  encode: (_call, served, output) =>
    encodeRouted(served, output, (members) => [TYPE, JSON.stringify(writeMembers(served.service.api, members))]),
  encodeError: (_call, decoded, error) => {
    const status = statusOf(decoded, error);
    return {
      status,
      headers: { 'content-type': TYPE, 'x-amzn-errortype': error.code },
      body: JSON.stringify({ message: error.message, Type: status < 500 ? 'User' : 'Service' }),
    };
  },
};
