import { AwsError } from '../../provider/aws-error';
import type { Members } from '../service-endpoint';
import type { HttpAnswer, HttpCall, Protocol } from './protocol';

/** awsJson1_0 and awsJson1_1: the operation in `X-Amz-Target`, JSON in and out [Smithy, AWS JSON protocols]. */
export const awsJson: Protocol = {
  name: 'awsJson',
  unknownOperation: 'UnknownOperationException',
  speaks: ({ headers }) => headers['x-amz-target'] !== undefined,
  decode: ({ headers, body }, services) => {
    const target = String(headers['x-amz-target']);
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, dot);
    return {
      service: services.find(({ targetPrefix }) => targetPrefix === prefix),
      serviceName: prefix,
      operation: target.slice(dot + 1),
      input: parse(body),
    };
  },
  encode: (call, _decoded, output) => answer(call, 200, output),
  encodeError: (call, _decoded, { code, message, status, members }) => {
    const { headers, ...rest } = answer(call, status, { __type: code, message, ...members });
    return { ...rest, headers: { ...headers, 'x-amzn-errortype': code } };
  },
};

function parse(body: Buffer): Members {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as Members;
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}

function answer({ headers }: HttpCall, status: number, members: Members): HttpAnswer {
  const type = String(headers['content-type'] ?? '');
  return {
    status,
    headers: { 'content-type': type.startsWith('application/x-amz-json') ? type : 'application/x-amz-json-1.1' },
    body: JSON.stringify(members),
  };
}
