import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { kmsKeyCheck } from '../kms/resources';

/** AWS Systems Manager Parameter Store. Codes and words: Systems Manager API Reference, PutParameter and GetParameter. */
export const ssmResources: ServiceDefinition = {
  name: 'ssm',
  sdkId: 'SSM',
  resources: {
    aws_ssm_parameter: {
      label: 'SSM Parameter',
      calls: { create: 'PutParameter', update: 'PutParameter', delete: 'DeleteParameter' },
      id: '{name}',
      arn: ({ accountId, region, id }) =>
        `arn:aws:ssm:${region}:${accountId}:parameter${id.startsWith('/') ? '' : '/'}${id}`,
      replaces: ['name', 'data_type'],
      overwrites: ({ attributes }) => attributes['overwrite'] === true,
      // The provider tags by a call of its own.
      overwritesTags: true,
      allowed: {
        type: ['String', 'StringList', 'SecureString'],
        tier: ['Standard', 'Advanced', 'Intelligent-Tiering'],
      },
      exactlyOneOf: [['value', 'value_wo', 'insecure_value']],
      computed: {
        data_type: 'text',
        insecure_value: ({ attributes, config }) =>
          attributes['type'] === 'SecureString' || text(config['value_wo']) !== '' ? '' : text(attributes['value']),
        key_id: ({ attributes }) => (attributes['type'] === 'SecureString' ? 'alias/aws/ssm' : ''),
        tier: 'Standard',
        value: ({ attributes, config }) => (text(config['value_wo']) === '' ? text(attributes['insecure_value']) : ''),
        has_value_wo: ({ config }) => text(config['value_wo']) !== '',
        version: (context) => Number((context.prior ?? formerOf(context)?.attributes)?.['version'] ?? 0) + 1,
      },
      // Every PutParameter makes a version; tags are changed by another call.
      recomputes: {
        version: [
          'value',
          'insecure_value',
          'value_wo_version',
          'description',
          'type',
          'tier',
          'key_id',
          'allowed_pattern',
        ],
        value: ['insecure_value', 'value_wo_version'],
        insecure_value: ['value', 'value_wo_version'],
        has_value_wo: ['value_wo_version'],
      },
      internal: (context) => {
        const { attributes, config, internal, now } = context;
        const isShown = text(attributes['value']) !== '' || text(attributes['insecure_value']) !== '';
        const secretValue = text(config['value_wo']) || (isShown ? '' : text(internal['secretValue']));
        const held = secretValue === '' && internal['secretValue'] === undefined ? {} : { secretValue };
        const former = formerOf(context);
        if (former === undefined) return { lastModified: now.toISOString(), ...held };
        if (former.attributes['version'] === attributes['version']) return held;
        const formerVersions = [...formerVersionsOf(former), versionOf(former)].slice(1 - KEPT_VERSIONS);
        return { lastModified: now.toISOString(), formerVersions, ...held };
      },
      unique: [
        {
          attributes: ['name'],
          refusal: {
            code: 'ParameterAlreadyExists',
            message:
              'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
          },
        },
      ],
      checks: [
        checkName,
        checkValue,
        kmsKeyCheck('key_id', { code: 'InvalidKeyId', message: 'Invalid keyId {value}' }),
      ],
    },
  },
  dataSources: {
    aws_ssm_parameter: {
      label: 'SSM Parameter',
      call: 'GetParameter',
      arguments: ['name', 'with_decryption'],
      read: ({ account, region, config }) => {
        const record = requireParameter(account, region, text(config['name']));
        checkDecrypted(config, [record]);
        const value = parameterValue(record);
        return {
          id: record.id,
          arn: record.arn ?? '',
          type: record.attributes['type'] ?? null,
          value,
          insecure_value: record.attributes['type'] === 'SecureString' ? null : value,
          version: record.attributes['version'] ?? null,
        };
      },
    },
    aws_ssm_parameters_by_path: {
      label: 'SSM Parameters by Path',
      call: 'GetParametersByPath',
      arguments: ['path', 'recursive', 'with_decryption'],
      read: ({ account, region, config }) => {
        const found = parametersByPath(account, region, text(config['path']), config['recursive'] === true);
        checkDecrypted(config, found);
        return {
          id: text(config['path']),
          arns: found.map(({ arn }) => arn ?? ''),
          names: found.map(({ id }) => id),
          types: found.map(({ attributes }) => text(attributes['type'])),
          values: found.map(parameterValue),
        };
      },
    },
  },
};

/** @throws AwsError ParameterNotFound */
export function requireParameter(account: AccountView, region: string, name: string): ResourceRecord {
  const plain = name.startsWith('arn:')
    ? name
        .split(':')
        .slice(5)
        .join(':')
        .replace(/^parameter/, '')
    : name;
  const record =
    account.find('aws_ssm_parameter', region, plain) ??
    account.find('aws_ssm_parameter', region, plain.replace(/^\//, ''));
  if (record === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`, { path: ['name'] });
  return record;
}

/** The most versions of a parameter that the store keeps [Systems Manager User Guide, parameter versions]. */
const KEPT_VERSIONS = 100;

/** Attributes that each version of a parameter has of its own. */
const VERSIONED = [
  'version',
  'type',
  'value',
  'insecure_value',
  'description',
  'key_id',
  'allowed_pattern',
  'tier',
  'data_type',
] as const;

/** One version of a parameter: parts of the record that the parameter had while it was the newest. */
export type ParameterVersion = Pick<ResourceRecord, 'attributes' | 'internal'>;

/** Versions of a parameter that the store keeps, the newest last. */
export function parameterVersions(record: ResourceRecord): readonly ParameterVersion[] {
  return [...formerVersionsOf(record), versionOf(record)];
}

/** The parameter as it is before the change, which may overwrite it as a new one. */
function formerOf({ account, attributes, region }: ResourceContext): ResourceRecord | undefined {
  return account.find('aws_ssm_parameter', region, text(attributes['name']));
}

function formerVersionsOf({ internal }: ResourceRecord): readonly Required<ParameterVersion>[] {
  return (internal?.['formerVersions'] ?? []) as readonly Required<ParameterVersion>[];
}

function versionOf({ attributes, internal = {} }: ResourceRecord): Required<ParameterVersion> {
  const { formerVersions: _formerVersions, ...own } = internal;
  return { attributes: Object.fromEntries(VERSIONED.map((name) => [name, attributes[name] ?? null])), internal: own };
}

export function parameterValue({ attributes, internal }: ParameterVersion): string {
  return text(internal?.['secretValue']) || text(attributes['value']) || text(attributes['insecure_value']);
}

/** In the order of their names. Without `recursive`, the path's own level only. */
export function parametersByPath(
  account: AccountView,
  region: string,
  path: string,
  recursive: boolean,
): readonly ResourceRecord[] {
  if (!path.startsWith('/')) {
    throw new AwsError(
      'ValidationException',
      `The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can't be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.`,
      { path: ['path'] },
    );
  }
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return account
    .list('aws_ssm_parameter', region)
    .filter(({ id }) => id.startsWith(prefix) && (recursive || !id.slice(prefix.length).includes('/')))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** The sandbox encrypts nothing, so it has no encrypted value to give. */
function checkDecrypted({ with_decryption: decrypt }: ObjectValue, found: readonly ResourceRecord[]): void {
  const secret = found.find(({ attributes }) => attributes['type'] === 'SecureString');
  if (decrypt !== false || secret === undefined) return;
  throw new ProviderRefusal(
    `the sandbox does not give ${secret.id} encrypted`,
    ['with_decryption'],
    `${secret.id}: with_decryption is false, expected true: the sandbox keeps values of type SecureString as they are. Leave it out.`,
  );
}

function checkName({ attributes, prior }: ResourceContext): void {
  const name = text(attributes['name']);
  if (prior !== null) return;
  const refuse = (message: string, code = 'ValidationException') => new AwsError(code, message, { path: ['name'] });
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name)) {
    throw refuse('Only a mix of letters, numbers and the following 3 symbols .-_ are allowed.');
  }
  if (name.includes('/') && !name.startsWith('/')) throw refuse('Parameter name must be a fully qualified name.');
  if (/^\/?(aws|ssm)(\/|$)/i.test(name) || /^(aws|ssm)/i.test(name)) {
    throw refuse('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (name.split('/').filter((part) => part !== '').length > 15) {
    throw refuse('A hierarchy can have a maximum of 15 levels.', 'HierarchyLevelLimitExceededException');
  }
}

/**
 * Standard parameters hold 4 KB, advanced ones 8 KB, and none is empty or names another parameter: "You can't include
 * values wrapped in double brackets" [PutParameter]. AWS does not look into the items of a StringList.
 */
function checkValue({ attributes, config }: ResourceContext): void {
  const value = text(config['value_wo']) || text(attributes['value']) || text(attributes['insecure_value']);
  if (['value_wo', 'value', 'insecure_value'].some((argument) => config[argument] === '')) {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
      { path: ['value'] },
    );
  }
  if (/\{\{.*\}\}/s.test(value)) {
    throw new AwsError(
      'ValidationException',
      `Parameter value can't nest another parameter. Do not use "{{}}" in the value.`,
      { path: ['value'] },
    );
  }
  const limit = attributes['tier'] === 'Standard' ? 4096 : 8192;
  if (Buffer.byteLength(value) > limit) {
    throw new AwsError(
      'ValidationException',
      `${attributes['tier'] === 'Standard' ? 'Standard' : 'Advanced'} tier parameters support a maximum parameter value of ${limit} characters.`,
      { path: ['value'] },
    );
  }
  const pattern = text(attributes['allowed_pattern']);
  if (pattern !== '' && !new RegExp(`^(?:${pattern})$`).test(value)) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
      { path: ['value'] },
    );
  }
}
