import { optionalText, text, texts } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import { randomBase36 } from '../../model/random-id';
import type { Reference, ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ObjectValue } from '../../model/value';
import { roleArnReference } from '../iam/resources';
import { kmsKeyCheck } from '../kms/resources';

/** AWS Lambda. Codes and words: AWS Lambda API Reference, errors of each action. */
export const lambdaResources: ServiceDefinition = {
  name: 'lambda',
  sdkId: 'Lambda',
  resources: {
    aws_lambda_function: {
      label: 'Lambda Function',
      calls: { create: 'CreateFunction', update: 'UpdateFunctionConfiguration', delete: 'DeleteFunction' },
      id: '{function_name}',
      arn: 'arn:aws:lambda:{region}:{accountId}:function:{id}',
      replaces: ['function_name', 'package_type'],
      defaults: {
        memory_size: 128,
        package_type: 'Zip',
        publish: false,
        reserved_concurrent_executions: -1,
        skip_destroy: false,
        timeout: 3,
        'logging_config.application_log_level': '',
        'logging_config.system_log_level': '',
      },
      allowed: {
        package_type: ['Image', 'Zip'],
        'tracing_config.mode': ['Active', 'PassThrough'],
        'logging_config.log_format': ['JSON', 'Text'],
      },
      ranges: { memory_size: [128, 10_240], timeout: [1, 900] },
      exactlyOneOf: [['filename', 'image_uri', 's3_bucket']],
      computed: {
        architectures: () => ['x86_64'],
        code_sha256: codeOf,
        source_code_hash: '{code_sha256}',
        source_code_size: (context) => packageOf(context)?.length ?? 0,
        invoke_arn: ({ region, arn }) => invokeArn(region, arn),
        last_modified: ({ now }) => now.toISOString().replace('Z', '+0000'),
        version: ({ attributes }) => (attributes['publish'] === true ? '1' : '$LATEST'),
        qualified_arn: '{arn}:{version}',
        qualified_invoke_arn: ({ region, attributes }) => invokeArn(region, text(attributes['qualified_arn'])),
        signing_job_arn: '',
        signing_profile_version_arn: '',
        'ephemeral_storage.size': () => 512,
        'logging_config.log_group': ({ id }) => `/aws/lambda/${id}`,
        'vpc_config.vpc_id': ({ account, region, attributes }) =>
          account.find('aws_subnet', region, texts(attributes['subnet_ids'])[0] ?? '')?.attributes['vpc_id'] ?? '',
      },
      recomputes: {
        last_modified: ['*'],
        code_sha256: ['source_code_hash', 'filename', 's3_key', 's3_object_version', 'image_uri'],
        source_code_size: ['source_code_hash', 'filename', 's3_key', 's3_object_version'],
      },
      unique: [
        {
          attributes: ['function_name'],
          refusal: { code: 'ResourceConflictException', message: 'Function already exist: {value}', status: 409 },
        },
      ],
      references: [
        roleArnReference('role', {
          code: 'InvalidParameterValueException',
          message: 'The role defined for the function cannot be assumed by Lambda.',
        }),
        {
          attribute: 'dead_letter_config.target_arn',
          to: ['aws_sqs_queue', 'aws_sns_topic'],
          by: 'arn',
          refusal: {
            code: 'InvalidParameterValueException',
            message: 'The provided execution role does not have permissions to call SendMessage on SQS: {value}',
          },
        },
        {
          attribute: 'vpc_config.subnet_ids',
          to: 'aws_subnet',
          refusal: {
            code: 'InvalidParameterValueException',
            message:
              "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '{value}' does not exist",
          },
        },
        {
          attribute: 'vpc_config.security_group_ids',
          to: 'aws_security_group',
          refusal: {
            code: 'InvalidParameterValueException',
            message:
              "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group '{value}' does not exist",
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          const name = text(attributes['function_name']);
          if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
            throw new AwsError(
              'ValidationException',
              `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+ and have length less than or equal to 64`,
              { path: ['function_name'] },
            );
          }
        },
        (context) => {
          // Reading fails here for a missing package, before anything is made.
          packageOf(context);
          const { attributes } = context;
          if (
            attributes['package_type'] === 'Zip' &&
            (text(attributes['runtime']) === '' || text(attributes['handler']) === '')
          ) {
            throw new AwsError(
              'InvalidParameterValueException',
              'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
              { path: ['runtime'] },
            );
          }
        },
        kmsKeyCheck('kms_key_arn', {
          code: 'InvalidParameterValueException',
          message:
            'Lambda was unable to configure access to your environment variables because the KMS key is invalid. Please check your KMS key ID: {value}',
        }),
      ],
      onDelete: ({ account, id, region }) =>
        ['aws_lambda_permission', 'aws_lambda_function_url'].flatMap((type) =>
          account.findBy(type, 'function_name', id, region).map((part) => ({ remove: part })),
        ),
    },
    aws_lambda_function_url: {
      label: 'Lambda Function URL',
      calls: {
        create: 'CreateFunctionUrlConfig',
        update: 'UpdateFunctionUrlConfig',
        delete: 'DeleteFunctionUrlConfig',
      },
      namedBy: 'function_name',
      id: ({ attributes }) =>
        [
          functionNameOf(attributes),
          ...(optionalText(attributes['qualifier']) === undefined ? [] : [text(attributes['qualifier'])]),
        ].join('/'),
      replaces: ['function_name', 'qualifier'],
      defaults: { invoke_mode: 'BUFFERED', 'cors.allow_credentials': false },
      allowed: { authorization_type: ['NONE', 'AWS_IAM'], invoke_mode: ['BUFFERED', 'RESPONSE_STREAM'] },
      computed: {
        // 32 letters and digits [AWS Lambda developer guide, function URLs].
        url_id: () => randomBase36(32),
        function_url: 'https://{url_id}.lambda-url.{region}.on.aws/',
        function_arn: ({ attributes, region, accountId }) => functionArn(region, accountId, attributes),
      },
      references: [functionReference()],
      unique: [
        {
          attributes: ['function_name', 'qualifier'],
          refusal: {
            code: 'ResourceConflictException',
            message:
              'Failed to create function url config for [functionArn = arn:aws:lambda:{region}:{accountId}:function:{value}]. Error message:  FunctionUrlConfig exists for this Lambda function',
            status: 409,
          },
        },
      ],
    },
    aws_lambda_permission: {
      label: 'Lambda Permission',
      calls: { create: 'AddPermission', delete: 'RemovePermission' },
      id: ({ attributes }) => `${functionNameOf(attributes)}/${text(attributes['statement_id'])}`,
      stateId: '{statement_id}',
      importId: '{id}',
      replaces: [
        'action',
        'event_source_token',
        'function_name',
        'function_url_auth_type',
        'invoked_via_function_url',
        'principal',
        'principal_org_id',
        'qualifier',
        'source_account',
        'source_arn',
        'statement_id',
        'statement_id_prefix',
      ],
      conflicts: [['statement_id', 'statement_id_prefix']],
      allowed: { function_url_auth_type: ['NONE', 'AWS_IAM'] },
      references: [functionReference()],
      unique: [
        {
          attributes: ['statement_id', 'function_name', 'qualifier'],
          refusal: {
            code: 'ResourceConflictException',
            message:
              'The statement id ({value}) provided already exists. Please provide a new statement id, or remove the existing statement.',
            status: 409,
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          if (!/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/.test(text(attributes['action']))) {
            throw new AwsError(
              'ValidationException',
              `1 validation error detected: Value '${text(attributes['action'])}' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])`,
              { path: ['action'] },
            );
          }
        },
      ],
    },
  },
};

function functionReference(): Reference {
  return {
    attribute: 'function_name',
    to: 'aws_lambda_function',
    refusal: {
      code: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:{region}:{accountId}:function:{value}',
      status: 404,
    },
  };
}

/** A function is named by its name, its ARN, or a part of that. */
export function functionNameOf(attributes: ObjectValue): string {
  const named = text(attributes['function_name']);
  return named.includes(':function:') ? (named.split(':function:')[1]?.split(':')[0] ?? named) : named;
}

function functionArn(region: string, accountId: string, attributes: ObjectValue): string {
  const qualifier = optionalText(attributes['qualifier']);
  return `arn:aws:lambda:${region}:${accountId}:function:${functionNameOf(attributes)}${qualifier === undefined ? '' : `:${qualifier}`}`;
}

function invokeArn(region: string, arn: string): string {
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}

function packageOf(context: ResourceContext): Buffer | undefined {
  const file = optionalText(context.attributes['filename']);
  if (file === undefined) return undefined;
  try {
    return context.readFile(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ProviderRefusal(
      `reading ZIP file (${file}): open ${file}: ${missing ? 'no such file or directory' : String((error as Error).message)}`,
      ['filename'],
    );
  }
}

/** The hash of the package, which is kept with the account so that the sandbox can run the function. */
function codeOf(context: ResourceContext): string {
  const content = packageOf(context);
  return content === undefined ? text(context.attributes['source_code_hash']) : context.keepCode(content);
}
