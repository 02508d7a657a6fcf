import { type Members, stringMember } from '../../endpoint/calls/members';
import { pageOf } from '../../endpoint/calls/page';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { CallContext, ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { optionalText, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import api from './api.json';
import { callerIdentity } from '../sts/resources';
import {
  parametersByPath,
  parameterValue,
  parameterVersions,
  type ParameterVersion,
  requireParameter,
} from './resources';

const TYPE = 'aws_ssm_parameter';

/** The largest page, and the usual one [Systems Manager API Reference, GetParametersByPath]. */
const PAGE_SIZE = 10;

/** The same [Systems Manager API Reference, GetParameterHistory]. */
const HISTORY_PAGE_SIZE = 50;

/** Parameter Store, on the parameters that Terraform sees too. */
export const ssmEndpoint: ServiceEndpoint = {
  api: api as ServiceApi,
  permissions: ({ operation, input, region, accountId }) => {
    const path = stringMember(input, 'Name') ?? stringMember(input, 'Path') ?? '/*';
    return [{ action: `ssm:${operation}`, resource: `arn:aws:ssm:${region}:${accountId}:parameter${path}` }];
  },
  operations: {
    GetParameter: (input, context) => {
      const [name = '', version] = splitVersion(String(input['Name']));
      const record = requireParameter(context.account, context.region, name);
      if (version !== undefined && version !== String(record.attributes['version'])) {
        throw new AwsError(
          'ParameterVersionNotFound',
          `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
        );
      }
      return { Parameter: shown(record, input['WithDecryption'] === true) };
    },
    GetParameterHistory: (input, { account, accountId, region }) => {
      const record = requireParameter(account, region, String(input['Name']));
      const versions = parameterVersions(record).map((version) => {
        const members = shownVersion(record, version, input['WithDecryption'] === true);
        const { allowed_pattern, description, key_id, tier } = version.attributes;
        return {
          // Numbers in the order of their texts.
          id: String(members.Version).padStart(16, '0'),
          ...members,
          KeyId: optionalText(key_id),
          LastModifiedUser: callerIdentity(accountId).arn,
          Description: optionalText(description),
          AllowedPattern: optionalText(allowed_pattern),
          Labels: [],
          Tier: tier,
          Policies: [],
        };
      });
      const limit = Number(input['MaxResults'] ?? HISTORY_PAGE_SIZE);
      const { nextToken, records } = pageOf(versions, input['NextToken'], limit);
      return { Parameters: records.map(({ id: _id, ...members }) => members), NextToken: nextToken };
    },
    GetParameters: (input, context) => {
      const names = input['Names'] as readonly string[];
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
      const all = parametersByPath(context.account, context.region, String(input['Path']), input['Recursive'] === true);
      const { nextToken, records } = pageOf(all, input['NextToken'], Number(input['MaxResults'] ?? PAGE_SIZE));
      return {
        Parameters: records.map((record) => shown(record, input['WithDecryption'] === true)),
        NextToken: nextToken,
      };
    },
    PutParameter: (input, context) => {
      const name = String(input['Name']);
      checkPattern(stringMember(input, 'AllowedPattern') ?? '');
      const caller = { region: context.region, workingFolder: '' };
      const prior = context.lifecycle.findForImport(TYPE, caller, name);
      if (prior === null) {
        if (input['Type'] === undefined)
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
      remove(requireParameter(context.account, context.region, String(input['Name'])), context);
      return {};
    },
    DeleteParameters: (input, context) => {
      const names = input['Names'] as readonly string[];
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
  const optional = (member: string) => stringMember(input, member) ?? null;
  return {
    name: String(input['Name']),
    type: optional('Type'),
    value: String(input['Value']),
    description: optional('Description'),
    key_id: optional('KeyId'),
    allowed_pattern: optional('AllowedPattern'),
    tier: optional('Tier'),
    data_type: optional('DataType'),
  };
}

function tagsOf(input: Members): ObjectValue | null {
  const tags = (input['Tags'] ?? []) as readonly Members[];
  return tags.length === 0 ? null : Object.fromEntries(tags.map((tag) => [String(tag['Key']), String(tag['Value'])]));
}

function shown(record: ResourceRecord, withDecryption: boolean): Members {
  return { ...shownVersion(record, record, withDecryption), ARN: record.arn };
}

/** Members that answers about a parameter and about one of its versions have in common. */
function shownVersion({ arn, id }: ResourceRecord, version: ParameterVersion, withDecryption: boolean) {
  const { attributes, internal } = version;
  const isSecret = attributes['type'] === 'SecureString';
  const lastModified = text(internal?.['lastModified']);
  return {
    Name: id,
    Type: attributes['type'],
    Value:
      isSecret && !withDecryption
        ? Buffer.from(`sandbox-ciphertext:${arn ?? ''}`).toString('base64')
        : parameterValue(version),
    Version: attributes['version'],
    LastModifiedDate: new Date(lastModified === '' ? 0 : lastModified),
    DataType: attributes['data_type'] ?? 'text',
  };
}

function remove(record: ResourceRecord, { lifecycle, region }: CallContext): void {
  lifecycle.remove(TYPE, { region, workingFolder: '' }, record.attributes);
}

function splitVersion(name: string): readonly string[] {
  return name.startsWith('arn:') ? [name] : name.split(':');
}
