import { AwsError } from '../../model/aws-error';
import type { HttpAnswer } from '../../network/http-message';
import type { Members } from '../calls/members';
import { parseMembers } from './json-body';
import type { HttpCall, Protocol } from './protocol';

/** awsJson1_0 and awsJson1_1: the operation in `X-Amz-Target`, JSON in and out [Smithy, AWS JSON protocols]. */
export const awsJson: Protocol = {
  name: 'awsJson',
  unknownOperation: 'UnknownOperationException',
  scalars: 'JSON',
  refusals: () => ({
    malformed: ['SerializationException', 400],
    tooLarge: ['RequestEntityTooLarge', 413],
    badRegion: ['InvalidSignatureException', 400],
    denied: ['AccessDeniedException', 403],
  }),
  speaks: ({ headers, scope }, services) =>
    headers['x-amz-target'] !== undefined ||
    services.some(({ signingName, targetPrefix }) => signingName === scope.service && targetPrefix !== undefined),
  decode: ({ body, headers, method }, services) => {
    const target = String(headers['x-amz-target'] ?? '');
    if (method !== 'POST') {
      throw new AwsError('UnknownOperationException', `The method is ${method}, expected POST.`, { status: 404 });
    }
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, dot);
    return {
      service: services.find(({ targetPrefix }) => targetPrefix === prefix),
      serviceName: prefix,
      operation: target.slice(dot + 1),
      input: parseMembers(body),
    };
  },
  encode: (call, _decoded, output) => answer(call, 200, output),
  encodeError: (call, _decoded, { code, message, status, members }) => {
    const { headers, ...rest } = answer(call, status, { __type: code, message, ...members });
    return { ...rest, headers: { ...headers, 'x-amzn-errortype': code } };
  },
};

function answer({ headers }: HttpCall, status: number, members: Members): HttpAnswer {
  const type = String(headers['content-type'] ?? '');
  return {
    status,
    headers: { 'content-type': type.startsWith('application/x-amz-json') ? type : 'application/x-amz-json-1.1' },
    body: JSON.stringify(members),
  };
}
