import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import { policyDocument } from '../iam/policy-document';
import { closeBucket, tlsOnly } from './closed-bucket';

export interface RecordBucketProps {
  /** Unique in all of AWS: 3 to 63 lower-case letters, digits and hyphens. A change replaces the bucket. */
  readonly bucketName: string;
  /** Customer-managed key of the bucket's region. */
  readonly kmsKeyArn: string;
  /** Days that a record is kept, at least 30; as long again for what was overwritten or deleted. */
  readonly retentionDays: number;
  /**
   * Whether the bucket is deleted with the records in it.
   * @default false
   */
  readonly forceDestroy?: boolean;
}

/** Days after which records are seldom read: the least that S3 takes for this class [S3 user guide, lifecycle]. */
const SELDOM_READ_AFTER_DAYS = 30;

/** A bucket for records that are written once: versioned, encrypted, closed to the public, and ready to be replicated. */
export class RecordBucket extends Construct {
  readonly bucketArn: string;
  /** Known once versions are kept, which a replication wants at both its ends. */
  readonly bucketName: string;

  constructor(scope: Construct, id: string, props: RecordBucketProps) {
    super(scope, id);
    const { bucketName, kmsKeyArn, retentionDays, forceDestroy = false } = props;
    if (!Number.isInteger(retentionDays) || retentionDays < SELDOM_READ_AFTER_DAYS) {
      throw new Error(
        `${this.node.path}: retentionDays is ${retentionDays}, expected a whole number from ${SELDOM_READ_AFTER_DAYS}. Correct it.`,
      );
    }
    const { bucket, arn } = new S3Bucket(this, 'Resource', { bucket: bucketName, forceDestroy });
    const publicAccessBlock = closeBucket(this, bucket);
    const versioning = new S3BucketVersioningA(this, 'Versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn },
          // A key for the bucket, so that each object needs no call to KMS.
          bucketKeyEnabled: true,
        },
      ],
    });
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket: versioning.bucket,
      rule: [
        {
          id: 'keep',
          status: 'Enabled',
          filter: [{}],
          ...(retentionDays > SELDOM_READ_AFTER_DAYS
            ? { transition: [{ days: SELDOM_READ_AFTER_DAYS, storageClass: 'STANDARD_IA' }] }
            : {}),
          expiration: [{ days: retentionDays }],
          noncurrentVersionExpiration: [{ noncurrentDays: retentionDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
    new S3BucketPolicy(this, 'Policy', {
      bucket,
      policy: policyDocument([tlsOnly(arn)]),
      dependsOn: [publicAccessBlock],
    });
    this.bucketArn = arn;
    this.bucketName = versioning.bucket;
  }
}
