import { AwsError } from '../../model/aws-error';
import type { HttpAnswer } from '../../network/http-message';
import type { Members } from '../calls/members';
import { isServed } from '../calls/service-endpoint';
import { writtenMembers } from '../calls/write-output';
import { parseMembers, writeMembers } from './json-body';
import { type HttpCall, type Protocol, statusOf } from './protocol';

/** awsJson1_0 and awsJson1_1: the operation in `X-Amz-Target`, JSON in and out [Smithy, AWS JSON protocols]. */
export const awsJson: Protocol = {
  name: 'awsJson',
  unknownOperation: 'UnknownOperationException',
  notation: 'JSON',
  refusals: () => ({
    malformed: ['SerializationException', 400],
    tooLarge: ['RequestEntityTooLarge', 413],
    badRegion: ['InvalidSignatureException', 400],
    denied: ['AccessDeniedException', 403],
  }),
  speaks: ({ headers, scope }, services) =>
    headers['x-amz-target'] !== undefined || services.some(isServed(scope.service, 'json')),
  decode: ({ body, headers, method }, services) => {
    const target = String(headers['x-amz-target'] ?? '');
    if (method !== 'POST') {
      throw new AwsError('UnknownOperationException', `The method is ${method}, expected POST.`, { status: 404 });
    }
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, dot);
    return {
      service: services.find(({ api }) => api.targetPrefix === prefix),
      serviceName: prefix,
      operation: target.slice(dot + 1),
      input: parseMembers(body),
    };
  },
  encode: (call, { model, service: { api } }, output) =>
    answer(call, 200, writeMembers(api, writtenMembers(api, model.output, output))),
  encodeError: (call, decoded, error) => {
    const { code, members, message } = error;
    const { headers, ...rest } = answer(call, statusOf(decoded, error), { __type: code, message, ...members });
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
