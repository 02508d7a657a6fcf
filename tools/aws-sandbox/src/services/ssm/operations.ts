import { type Members, stringMember } from '../../endpoint/calls/members';
import type { CallContext, ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { parametersByPath, parameterValue, requireParameter } from './resources';

const TYPE = 'aws_ssm_parameter';

/** The largest page, and the usual one [Systems Manager API Reference, GetParametersByPath]. */
const PAGE_SIZE = 10;

/** Parameter Store, on the parameters that Terraform sees too. */
export const ssmEndpoint: ServiceEndpoint = {
  signingName: 'ssm',
  targetPrefix: 'AmazonSSM',
  inputs: {
    GetParameter: { Name: 'string', WithDecryption: 'boolean' },
    GetParameters: { Names: ['string'], WithDecryption: 'boolean' },
    GetParametersByPath: {
      Path: 'string',
      Recursive: 'boolean',
      WithDecryption: 'boolean',
      MaxResults: 'integer',
      NextToken: 'string',
    },
    PutParameter: {
      Name: 'string',
      Type: 'string',
      Value: 'string',
      Description: 'string',
      KeyId: 'string',
      AllowedPattern: 'string',
      Tier: 'string',
      DataType: 'string',
      Overwrite: 'boolean',
      Tags: [{ Key: 'string', Value: 'string' }],
    },
    DeleteParameter: { Name: 'string' },
    DeleteParameters: { Names: ['string'] },
  },
  permissions: ({ operation, input, region, accountId }) => {
    const path = stringMember(input, 'Name') ?? stringMember(input, 'Path') ?? '/*';
    return [{ action: `ssm:${operation}`, resource: `arn:aws:ssm:${region}:${accountId}:parameter${path}` }];
  },
  operations: {
    GetParameter: (input, context) => {
      const [name = '', version] = splitVersion(string(input, 'Name'));
      const record = requireParameter(context.account, context.region, name);
      if (version !== undefined && version !== String(record.attributes['version'])) {
        throw new AwsError(
          'ParameterVersionNotFound',
          `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
        );
      }
      return { Parameter: shown(record, input['WithDecryption'] === true) };
    },
    GetParameters: (input, context) => {
      const names = strings(input, 'Names');
      const found = names.map((name) => {
        try {
          return requireParameter(context.account, context.region, splitVersion(name)[0] ?? name);
        } catch {
          return undefined;
        }
      });
      return {
        Parameters: found.flatMap((record) =>
          record === undefined ? [] : [shown(record, input['WithDecryption'] === true)],
        ),
        InvalidParameters: names.filter((_, index) => found[index] === undefined),
      };
    },
    GetParametersByPath: (input, context) => {
      const limit = typeof input['MaxResults'] === 'number' ? input['MaxResults'] : PAGE_SIZE;
      if (limit < 1 || limit > PAGE_SIZE) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${limit}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${PAGE_SIZE}`,
        );
      }
      const all = parametersByPath(context.account, context.region, string(input, 'Path'), input['Recursive'] === true);
      const after = nameInToken(input['NextToken']);
      const rest = after === undefined ? all : all.filter(({ id }) => id > after);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return {
        Parameters: page.map((record) => shown(record, input['WithDecryption'] === true)),
        ...(rest.length > limit && last !== undefined ? { NextToken: Buffer.from(last.id).toString('base64') } : {}),
      };
    },
    PutParameter: (input, context) => {
      const name = string(input, 'Name');
      checkPattern(text(input['AllowedPattern'] as string | undefined));
      const caller = { region: context.region, workingFolder: '' };
      const prior = context.lifecycle.findForImport(TYPE, caller, name);
      if (prior === null) {
        const type = text(input['Type'] as string | undefined);
        if (type === '')
          throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
        const created = context.lifecycle.createFromArguments(TYPE, caller, {
          ...argumentsOf(input),
          tags: tagsOf(input),
        });
        return { Version: created['version'], Tier: created['tier'] };
      }
      if (input['Overwrite'] !== true) {
        throw new AwsError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      const kept: ObjectValue = Object.fromEntries(
        ['type', 'description', 'key_id', 'allowed_pattern', 'tier', 'data_type'].map((attribute) => [
          attribute,
          prior[attribute] ?? null,
        ]),
      );
      const given: ObjectValue = Object.fromEntries(
        Object.entries(argumentsOf(input)).filter(([, value]) => value !== null),
      );
      const updated = context.lifecycle.updateFromArguments(TYPE, caller, prior, { ...kept, ...given });
      return { Version: updated['version'], Tier: updated['tier'] };
    },
    DeleteParameter: (input, context) => {
      remove(requireParameter(context.account, context.region, string(input, 'Name')), context);
      return {};
    },
    DeleteParameters: (input, context) => {
      const names = strings(input, 'Names');
      const there = names.filter((name) => context.account.find(TYPE, context.region, name) !== undefined);
      for (const name of there) remove(requireParameter(context.account, context.region, name), context);
      return { DeletedParameters: there, InvalidParameters: names.filter((name) => !there.includes(name)) };
    },
  },
};

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern);
  } catch {
    throw new AwsError('InvalidAllowedPatternException', `The pattern ${pattern} is not a regular expression.`);
  }
}

function argumentsOf(input: Members): ObjectValue {
  const optional = (member: string) => (typeof input[member] === 'string' ? (input[member] as string) : null);
  return {
    name: string(input, 'Name'),
    type: optional('Type'),
    value: string(input, 'Value'),
    description: optional('Description'),
    key_id: optional('KeyId'),
    allowed_pattern: optional('AllowedPattern'),
    tier: optional('Tier'),
    data_type: optional('DataType'),
  };
}

function tagsOf(input: Members): ObjectValue | null {
  const tags = (input['Tags'] ?? []) as readonly Members[];
  return tags.length === 0 ? null : Object.fromEntries(tags.map((tag) => [string(tag, 'Key'), string(tag, 'Value')]));
}

function shown(record: ResourceRecord, withDecryption: boolean): Members {
  const value = parameterValue(record);
  const isSecret = record.attributes['type'] === 'SecureString';
  const lastModified = text(record.internal?.['lastModified']);
  return {
    Name: record.id,
    Type: record.attributes['type'],
    Value:
      isSecret && !withDecryption ? Buffer.from(`sandbox-ciphertext:${record.arn ?? ''}`).toString('base64') : value,
    Version: record.attributes['version'],
    LastModifiedDate: lastModified === '' ? 0 : Date.parse(lastModified) / 1000,
    ARN: record.arn,
    DataType: record.attributes['data_type'] ?? 'text',
  };
}

function remove(record: ResourceRecord, { lifecycle, region }: CallContext): void {
  lifecycle.remove(TYPE, { region, workingFolder: '' }, record.attributes);
}

function splitVersion(name: string): readonly string[] {
  return name.startsWith('arn:') ? [name] : name.split(':');
}

function nameInToken(token: unknown): string | undefined {
  return typeof token === 'string' && token !== '' ? Buffer.from(token, 'base64').toString('utf8') : undefined;
}

function string(input: Members, member: string): string {
  const value = input[member];
  if (typeof value !== 'string') {
    const shownAs = member.charAt(0).toLowerCase() + member.slice(1);
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value null at '${shownAs}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

function strings(input: Members, member: string): readonly string[] {
  const value = (input[member] ?? []) as readonly string[];
  if (value.length > 0) return value;
  const shownAs = member.charAt(0).toLowerCase() + member.slice(1);
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '[]' at '${shownAs}' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  );
}
