import { MalformedCall } from '../../endpoint/calls/malformed-call';
import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { parseJson } from '../../endpoint/protocols/json-body';
import { blocks, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import api from './api.json';
import { type LambdaFunctions, nameIn } from './lambda-functions';

/** Operations on functions that Terraform deployed: describing and invoking them. */
export function lambdaEndpoint(functions: LambdaFunctions): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    permissions: ({ operation, input, region, accountId }) => {
      const named = stringMember(input, 'FunctionName') ?? '*';
      const resource = `arn:aws:lambda:${region}:${accountId}:function:${nameIn(named)}`;
      // Its action has another name than the operation [Service Authorization Reference, AWS Lambda].
      return [{ action: `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`, resource }];
    },
    operations: {
      GetFunctionConfiguration: (input, { region }) => shown(functions.find(region, String(input['FunctionName']))),
      Invoke: async (input, { region }) => {
        const record = functions.find(region, String(input['FunctionName']));
        const event = parseEvent(input['Payload']);
        if (input['InvocationType'] === 'DryRun') return { StatusCode: 204 };
        if (input['InvocationType'] === 'Event') {
          functions.invokeLater(record, event);
          return { StatusCode: 202 };
        }
        const outcome = await functions.invoke(record, event);
        const answer = { StatusCode: 200, ExecutedVersion: '$LATEST' };
        return outcome.kind === 'result'
          ? { ...answer, Payload: outcome.payload }
          : { ...answer, FunctionError: 'Unhandled', Payload: JSON.stringify(outcome.error) };
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
