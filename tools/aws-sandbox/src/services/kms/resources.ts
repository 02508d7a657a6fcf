import type { AccountView } from '../../model/account-view';
import { isJson, text, valuesAt } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { Check, Refusal, ServiceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { renderText } from '../../model/template';

/** AWS KMS. Codes and words: AWS KMS API Reference, errors of CreateAlias, DescribeKey and ScheduleKeyDeletion. */
export const kms: ServiceDefinition = {
  name: 'kms',
  sdkId: 'KMS',
  resources: {
    aws_kms_key: {
      label: 'KMS Key',
      calls: { create: 'CreateKey', update: 'UpdateKeyDescription', delete: 'ScheduleKeyDeletion' },
      id: ({ attributes }) =>
        attributes['multi_region'] === true ? `mrk-${randomUuid().replaceAll('-', '')}` : randomUuid(),
      arn: 'arn:aws:kms:{region}:{accountId}:key/{id}',
      replaces: ['customer_master_key_spec', 'key_usage', 'multi_region', 'custom_key_store_id', 'xks_key_id'],
      defaults: {
        bypass_policy_lockout_safety_check: false,
        customer_master_key_spec: 'SYMMETRIC_DEFAULT',
        enable_key_rotation: false,
        is_enabled: true,
        key_usage: 'ENCRYPT_DECRYPT',
      },
      allowed: { key_usage: ['SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'] },
      ranges: { deletion_window_in_days: [7, 30], rotation_period_in_days: [90, 2560] },
      computed: {
        key_id: '{id}',
        description: '',
        multi_region: () => false,
        rotation_period_in_days: ({ attributes }) => (attributes['enable_key_rotation'] === true ? 365 : null),
        policy: ({ accountId }) =>
          JSON.stringify({
            Id: 'key-default-1',
            Statement: [
              {
                Action: 'kms:*',
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${accountId}:root` },
                Resource: '*',
                Sid: 'Enable IAM User Permissions',
              },
            ],
            Version: '2012-10-17',
          }),
      },
      checks: [
        ({ attributes }) => {
          const policy = text(attributes['policy']);
          if (policy !== '' && !isJson(policy)) {
            throw new AwsError('MalformedPolicyDocumentException', 'Policy is not valid JSON', { path: ['policy'] });
          }
        },
      ],
      // A key waits 7 to 30 days before it is gone; everything that names it fails from the first moment.
      retires: ({ attributes, now }) => {
        const days = Number(attributes['deletion_window_in_days'] ?? 30);
        return { pendingDeletion: true, deletionDate: new Date(now.getTime() + days * 86_400_000).toISOString() };
      },
    },
    aws_kms_alias: {
      label: 'KMS Alias',
      calls: { create: 'CreateAlias', update: 'UpdateAlias', delete: 'DeleteAlias' },
      id: '{name}',
      arn: 'arn:aws:kms:{region}:{accountId}:{id}',
      replaces: ['name', 'name_prefix'],
      conflicts: [['name', 'name_prefix']],
      computed: {
        target_key_arn: ({ account, region, attributes }) =>
          findKmsKey(account, region, text(attributes['target_key_id']))?.arn ?? '',
      },
      recomputes: { target_key_arn: ['target_key_id'] },
      unique: [
        {
          attributes: ['name'],
          refusal: {
            code: 'AlreadyExistsException',
            message: 'An alias with the name arn:aws:kms:{region}:{accountId}:{value} already exists',
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          const name = text(attributes['name']);
          if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name)) {
            throw new AwsError(
              'InvalidAliasNameException',
              `Alias must start with the prefix "alias/" and hold letters, digits, '/', '_' and '-' only: ${name}`,
              { path: ['name'] },
            );
          }
          if (name.startsWith('alias/aws/'))
            throw new AwsError(
              'NotAuthorizedException',
              'You cannot create, change or delete aliases that are reserved by AWS',
              { path: ['name'] },
            );
        },
        kmsKeyCheck('target_key_id', { code: 'NotFoundException', message: "Key '{value}' does not exist" }),
      ],
    },
  },
};

/** The key that an id, an ARN, an alias or an alias's ARN names in a region; pending deletion counts as there. */
export function findKmsKey(account: AccountView, region: string, named: string): ResourceRecord | undefined {
  const plain = named.startsWith('arn:')
    ? named.split(':')[3] === region
      ? named.split(':').slice(5).join(':')
      : undefined
    : named;
  if (plain === undefined) return undefined;
  if (plain.startsWith('alias/')) {
    const alias = account.find('aws_kms_alias', region, plain);
    return alias === undefined ? undefined : findKmsKey(account, region, text(alias.attributes['target_key_id']));
  }
  return account.find('aws_kms_key', region, plain.replace(/^key\//, ''));
}

/** Refuses a key that is not there, is of another region, or waits for its deletion. Keys that AWS manages are there. */
export function kmsKeyCheck(attribute: string, refusal: Refusal): Check {
  return (context) => {
    for (const value of valuesAt(context.attributes, attribute)) {
      const named = text(value);
      if (named === '' || named.includes('alias/aws/') || isOfAnotherAccount(named, context.accountId)) continue;
      const key = findKmsKey(context.account, context.region, named);
      const path = attribute.split('.').length === 1 ? [attribute] : [attribute.split('.')[0] ?? attribute];
      const { status, code } = refusal;
      const options = { path, ...(status === undefined ? {} : { status }) };
      if (key === undefined) throw new AwsError(code, renderText(refusal.message, context, named), options);
      if (key.internal?.['pendingDeletion'] === true)
        throw new AwsError('KMSInvalidStateException', `${key.arn ?? named} is pending deletion.`, { path });
    }
  };
}

function isOfAnotherAccount(named: string, accountId: string): boolean {
  return named.startsWith('arn:') && named.split(':')[4] !== accountId;
}
