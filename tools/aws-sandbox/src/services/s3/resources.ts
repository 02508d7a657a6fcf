import { blocks, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type {
  Reference,
  ResourceContext,
  ResourceDefinition,
  ServiceDefinition,
} from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { roleArnReference } from '../iam/resources';
import { kmsKeyCheck } from '../kms/resources';

/** Amazon S3: buckets and their settings; no objects. Codes and words: Amazon S3 API Reference, error codes. */
export const s3Resources: ServiceDefinition = {
  name: 's3',
  sdkId: 'S3',
  resources: {
    aws_s3_bucket: {
      label: 'S3 Bucket',
      calls: { create: 'CreateBucket', update: 'PutBucketTagging', delete: 'DeleteBucket' },
      id: '{bucket}',
      arn: 'arn:aws:s3:::{bucket}',
      replaces: ['bucket', 'bucket_prefix', 'object_lock_enabled'],
      defaults: { force_destroy: false },
      conflicts: [['bucket', 'bucket_prefix']],
      computed: {
        acceleration_status: '',
        bucket_domain_name: '{bucket}.s3.amazonaws.com',
        bucket_region: '{region}',
        bucket_regional_domain_name: '{bucket}.s3.{region}.amazonaws.com',
        object_lock_enabled: () => false,
        policy: '',
        request_payer: 'BucketOwner',
      },
      internal: ({ internal, now }) => ({ createdAt: internal['createdAt'] ?? now.toISOString() }),
      // One name for all accounts and regions.
      unique: [
        {
          attributes: ['bucket'],
          within: 'account',
          refusal: {
            code: 'BucketAlreadyOwnedByYou',
            message: 'Your previous request to create the named bucket succeeded and you already own it.',
            status: 409,
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          const name = text(attributes['bucket']);
          if (!/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
            throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', { path: ['bucket'] });
          }
        },
      ],
      deleteChecks: [
        ({ account, attributes, id }) => {
          if (attributes['force_destroy'] !== true && account.findBy('s3_object', 'bucket', id).length > 0) {
            throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
          }
        },
      ],
      onDelete: ({ account, id }) =>
        [...SETTINGS, 's3_object'].flatMap((type) =>
          account.findBy(type, 'bucket', id).map((setting) => ({ remove: setting })),
        ),
    },
    aws_s3_bucket_versioning: setting('Versioning', 'PutBucketVersioning', {
      allowed: { 'versioning_configuration.status': ['Enabled', 'Suspended', 'Disabled'] },
      checks: [
        ({ account, attributes }) => {
          const bucket = text(attributes['bucket']);
          const isOn = statusOf(attributes) === 'Enabled';
          if (!isOn && account.findBy('aws_s3_bucket_replication_configuration', 'bucket', bucket).length > 0) {
            throw new AwsError(
              'InvalidBucketState',
              'A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.',
              { status: 409, path: ['versioning_configuration'] },
            );
          }
        },
      ],
    }),
    aws_s3_bucket_public_access_block: setting('Public Access Block', 'PutPublicAccessBlock', {
      defaults: {
        block_public_acls: false,
        block_public_policy: false,
        ignore_public_acls: false,
        restrict_public_buckets: false,
      },
    }),
    aws_s3_bucket_ownership_controls: setting('Ownership Controls', 'PutBucketOwnershipControls', {
      allowed: { 'rule.object_ownership': ['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced'] },
    }),
    aws_s3_bucket_server_side_encryption_configuration: setting(
      'Server-side Encryption Configuration',
      'PutBucketEncryption',
      {
        allowed: {
          'rule.apply_server_side_encryption_by_default.sse_algorithm': ['AES256', 'aws:kms', 'aws:kms:dsse'],
        },
        checks: [
          ({ attributes }) => {
            for (const rule of blocks(attributes['rule'])) {
              const [byDefault] = blocks(rule['apply_server_side_encryption_by_default']);
              if (byDefault?.['sse_algorithm'] === 'AES256' && text(byDefault['kms_master_key_id']) !== '') {
                throw new AwsError(
                  'InvalidArgument',
                  'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
                  { path: ['rule'] },
                );
              }
            }
          },
        ],
      },
    ),
    aws_s3_bucket_lifecycle_configuration: setting('Lifecycle Configuration', 'PutBucketLifecycleConfiguration', {
      allowed: { 'rule.status': ['Enabled', 'Disabled'] },
      computed: { transition_default_minimum_object_size: 'all_storage_classes_128K' },
      checks: [
        ({ attributes }) => {
          for (const rule of blocks(attributes['rule'])) {
            const [expiration] = blocks(rule['expiration']);
            const days = Number(expiration?.['days'] ?? Infinity);
            const late = blocks(rule['transition']).find((transition) => Number(transition['days'] ?? 0) >= days);
            if (late !== undefined) {
              throw new AwsError(
                'InvalidArgument',
                `'Days' in the Expiration action for filter '(prefix=)' must be greater than 'Days' in the Transition action`,
                { path: ['rule'] },
              );
            }
            const early = blocks(rule['transition']).find(
              (transition) =>
                ['STANDARD_IA', 'ONEZONE_IA'].includes(text(transition['storage_class'])) &&
                Number(transition['days'] ?? 0) < 30,
            );
            if (early !== undefined) {
              throw new AwsError(
                'InvalidArgument',
                "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
                { path: ['rule'] },
              );
            }
          }
        },
      ],
    }),
    aws_s3_bucket_policy: setting('Policy', 'PutBucketPolicy', {
      checks: [
        ({ attributes, account }) => {
          const policy = text(attributes['policy']);
          const arn = text(bucketOf(account, attributes)?.arn);
          if (!policy.includes(arn)) {
            throw new AwsError('MalformedPolicy', 'Policy has invalid resource', { path: ['policy'] });
          }
        },
      ],
    }),
    aws_s3_bucket_replication_configuration: setting('Replication Configuration', 'PutBucketReplication', {
      allowed: { 'rule.status': ['Enabled', 'Disabled'] },
      extraReferences: [
        roleArnReference('role', {
          code: 'InvalidRequest',
          message: 'The role specified in the replication configuration does not exist',
        }),
      ],
      checks: [checkReplication],
    }),
  },
};

/** Types of bucket settings, which are deleted with the bucket. */
const SETTINGS = [
  'aws_s3_bucket_versioning',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_replication_configuration',
];

interface SettingDefinition extends Partial<ResourceDefinition> {
  readonly extraReferences?: readonly Reference[];
}

/** Definition of a bucket setting; its identifier is the bucket's name. */
function setting(what: string, call: string, { extraReferences = [], ...more }: SettingDefinition): ResourceDefinition {
  return {
    label: `S3 Bucket ${what}`,
    calls: { create: call, update: call, delete: call.replace(/^Put/, 'Delete') },
    id: '{bucket}',
    arn: '',
    replaces: ['bucket', 'expected_bucket_owner'],
    overwrites: () => true,
    references: [
      {
        attribute: 'bucket',
        to: 'aws_s3_bucket',
        refusal: { code: 'NoSuchBucket', message: 'The specified bucket does not exist', status: 404 },
      },
      ...extraReferences,
    ],
    ...more,
  };
}

function bucketOf(account: ResourceContext['account'], attributes: ObjectValue): ResourceRecord | undefined {
  const name = text(attributes['bucket']);
  return account.list('aws_s3_bucket').find(({ id }) => id === name);
}

function statusOf(attributes: ObjectValue): string {
  return text(blocks(attributes['versioning_configuration'])[0]?.['status']);
}

/** Both ends keep versions, and encrypted objects name the key at the other end [S3 user guide, replication requirements]. */
function checkReplication(context: ResourceContext): void {
  const { account, attributes } = context;
  const keepsVersions = (bucket: string) =>
    account
      .findBy('aws_s3_bucket_versioning', 'bucket', bucket)
      .some((found) => statusOf(found.attributes) === 'Enabled');
  if (!keepsVersions(text(attributes['bucket']))) {
    throw new AwsError(
      'InvalidRequest',
      "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
      { path: ['bucket'] },
    );
  }
  for (const rule of blocks(attributes['rule'])) {
    const [destination] = blocks(rule['destination']);
    const bucket = account.findByArn(text(destination?.['bucket']));
    if (bucket?.type !== 'aws_s3_bucket') {
      throw new AwsError('InvalidRequest', 'Destination bucket must exist.', { path: ['rule'] });
    }
    if (!keepsVersions(bucket.id)) {
      throw new AwsError('InvalidRequest', 'Destination bucket must have versioning enabled.', { path: ['rule'] });
    }
    const [encryption] = blocks(destination?.['encryption_configuration']);
    const key = text(encryption?.['replica_kms_key_id']);
    const [selection] = blocks(rule['source_selection_criteria']);
    const [encrypted] = blocks(selection?.['sse_kms_encrypted_objects']);
    if (encrypted?.['status'] === 'Enabled' && key === '') {
      throw new AwsError(
        'InvalidRequest',
        'ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.',
        { path: ['rule'] },
      );
    }
    // Words inferred: S3 itself only notices when it replicates.
    if (key !== '') {
      kmsKeyCheck('key', { code: 'InvalidRequest', message: 'The KMS key {value} of the replicas does not exist.' })({
        ...context,
        region: bucket.region,
        attributes: { key },
      });
    }
    if (blocks(destination?.['replication_time']).length > 0 && blocks(destination?.['metrics']).length === 0) {
      throw new AwsError('InvalidRequest', 'ReplicationTime requires Metrics to be enabled.', { path: ['rule'] });
    }
  }
}
