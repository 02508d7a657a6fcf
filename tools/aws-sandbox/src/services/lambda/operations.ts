import { MalformedCall } from '../../endpoint/calls/malformed-call';
import { HttpReply, type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { parseJson } from '../../endpoint/protocols/json-body';
import { blocks, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { LambdaFunctions } from './lambda-functions';

/** Functions as Terraform deployed them: looked at and invoked. */
export function lambdaEndpoint(functions: LambdaFunctions): ServiceEndpoint {
  return {
    signingName: 'lambda',
    routes: [
      {
        method: 'POST',
        path: '/2015-03-31/functions/{FunctionName}/invocations',
        operation: 'Invoke',
        payload: 'Payload',
      },
      {
        method: 'GET',
        path: '/2015-03-31/functions/{FunctionName}/configuration',
        operation: 'GetFunctionConfiguration',
      },
    ],
    inputs: {
      GetFunctionConfiguration: { FunctionName: 'string' },
      Invoke: { FunctionName: 'string', Payload: 'blob' },
    },
    permissions: ({ operation, input, region, accountId }) => {
      const resource = `arn:aws:lambda:${region}:${accountId}:function:${stringMember(input, 'FunctionName') ?? '*'}`;
      return [{ action: `lambda:${operation}`, resource }];
    },
    operations: {
      GetFunctionConfiguration: (input, { region }) => shown(functions.find(region, String(input['FunctionName']))),
      Invoke: async (input, { headers, region }) => {
        const record = functions.find(region, String(input['FunctionName']));
        const type = String(headers['x-amz-invocation-type'] ?? 'RequestResponse');
        const event = parseEvent(input['Payload']);
        if (type === 'DryRun') return new HttpReply(204, {}, '');
        if (type === 'Event') {
          functions.invokeLater(record, event);
          return new HttpReply(202, {}, '');
        }
        const outcome = await functions.invoke(record, event);
        const version = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
        return outcome.kind === 'result'
          ? new HttpReply(200, version, outcome.payload)
          : new HttpReply(200, { ...version, 'x-amz-function-error': 'Unhandled' }, JSON.stringify(outcome.error));
      },
    },
  };
}

function parseEvent(payload: unknown): unknown {
  if (!Buffer.isBuffer(payload) || payload.length === 0) return {};
  try {
    return parseJson(payload);
  } catch (error) {
    if (!(error instanceof MalformedCall)) throw error;
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${error.message}`);
  }
}

function shown({ arn, attributes, id }: ResourceRecord): Members {
  const [environment] = blocks(attributes['environment']);
  return {
    FunctionName: id,
    FunctionArn: arn,
    Runtime: attributes['runtime'],
    Role: attributes['role'],
    Handler: attributes['handler'],
    CodeSha256: attributes['code_sha256'],
    CodeSize: attributes['source_code_size'],
    Timeout: attributes['timeout'],
    MemorySize: attributes['memory_size'],
    LastModified: attributes['last_modified'],
    Architectures: attributes['architectures'],
    Description: text(attributes['description']),
    Environment: { Variables: environment?.['variables'] ?? {} },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: attributes['package_type'],
    Version: '$LATEST',
  };
}
