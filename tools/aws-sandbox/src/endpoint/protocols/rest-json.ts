import { AwsError } from '../../provider/aws-error';
import type { Members } from '../service-endpoint';
import type { HttpAnswer, Protocol } from './protocol';
import { routeCall } from './rest-routes';

/** restJson1: the operation is the method and the path, JSON in and out [Smithy, AWS restJson1 protocol]. */
export const restJson: Protocol = {
  name: 'restJson',
  unknownOperation: 'UnknownOperationException',
  speaks: (call, services) =>
    services.some(({ signingName, routes }) => signingName === call.scope.service && routes !== undefined),
  decode: (call, services) => {
    const routed = routeCall(call, services);
    if (routed === undefined) {
      return {
        service: services.find(({ signingName }) => signingName === call.scope.service),
        serviceName: call.scope.service ?? 'unsigned',
        operation: `${call.method} ${call.path}`,
        input: {},
      };
    }
    const { service, route, input } = routed;
    const body = route.payload === undefined ? parse(call.body) : { [route.payload]: call.body };
    return { service, serviceName: service.signingName, operation: route.operation, input: { ...body, ...input } };
  },
  encode: (_call, _decoded, output) => json(200, output, {}),
  encodeError: (_call, _decoded, { code, message, status }) =>
    json(status, { message, Type: status < 500 ? 'User' : 'Service' }, { 'x-amzn-errortype': code }),
};

function parse(body: Buffer): Members {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as Members;
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}

function json(status: number, members: Members, headers: Readonly<Record<string, string>>): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(members) };
}
