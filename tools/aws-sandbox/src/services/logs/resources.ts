import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import { findKmsKey, kmsKeyCheck } from '../kms/resources';

/** Days that AWS takes, besides 0 for ever [CloudWatch Logs API Reference, PutRetentionPolicy]. */
const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Amazon CloudWatch Logs. Codes and words: CloudWatch Logs API Reference. */
export const logs: ServiceDefinition = {
  name: 'logs',
  sdkId: 'CloudWatch Logs',
  resources: {
    aws_cloudwatch_log_resource_policy: {
      label: 'CloudWatch Logs Resource Policy',
      calls: { create: 'PutResourcePolicy', update: 'PutResourcePolicy', delete: 'DeleteResourcePolicy' },
      id: '{policy_name}',
      arn: '',
      replaces: ['policy_name'],
      overwrites: () => true,
      checks: [
        ({ account, attributes, id, region }) => {
          const document = text(attributes['policy_document']);
          if (!document.startsWith('{') || document.length > 5_120) {
            throw new AwsError('InvalidParameterException', 'Policy document is invalid', {
              path: ['policy_document'],
            });
          }
          const others = account
            .list('aws_cloudwatch_log_resource_policy', region)
            .filter((policy) => policy.id !== id);
          if (others.length >= 10) {
            throw new AwsError('LimitExceededException', 'Resource limit exceeded.', { path: ['policy_name'] });
          }
        },
      ],
    },
    aws_cloudwatch_log_group: {
      label: 'CloudWatch Logs Log Group',
      calls: { create: 'CreateLogGroup', update: 'PutRetentionPolicy', delete: 'DeleteLogGroup' },
      id: '{name}',
      arn: 'arn:aws:logs:{region}:{accountId}:log-group:{id}',
      replaces: ['name', 'name_prefix', 'log_group_class'],
      defaults: { retention_in_days: 0, skip_destroy: false },
      allowed: { log_group_class: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'] },
      conflicts: [['name', 'name_prefix']],
      computed: { deletion_protection_enabled: () => false, log_group_class: 'STANDARD' },
      unique: [
        {
          attributes: ['name'],
          refusal: { code: 'ResourceAlreadyExistsException', message: 'The specified log group already exists' },
        },
      ],
      checks: [
        ({ attributes }) => {
          const name = text(attributes['name']);
          if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
            throw new AwsError(
              'InvalidParameterException',
              `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
              { path: ['name'] },
            );
          }
          const days = attributes['retention_in_days'];
          if (typeof days === 'number' && !RETENTION_DAYS.includes(days)) {
            throw new AwsError(
              'InvalidParameterException',
              `retentionInDays must be one of ${RETENTION_DAYS.slice(1).join(', ')}: ${days}`,
              { path: ['retention_in_days'], call: 'PutRetentionPolicy' },
            );
          }
        },
        kmsKeyCheck('kms_key_id', {
          code: 'AccessDeniedException',
          message: "The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'",
        }),
        admittedByKey,
      ],
    },
  },
};

/** The key's own policy has to name CloudWatch Logs of the region [CloudWatch Logs user guide, encrypt log data]. */
function admittedByKey({ account, region, attributes, arn }: ResourceContext): void {
  const key = findKmsKey(account, region, text(attributes['kms_key_id']));
  const policy = text(key?.attributes['policy']);
  if (key === undefined || new RegExp(`"logs(\\.${region})?\\.amazonaws\\.com"`).test(policy)) return;
  throw new AwsError(
    'AccessDeniedException',
    `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}'`,
    { path: ['kms_key_id'] },
  );
}
