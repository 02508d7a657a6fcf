import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { Construct } from 'constructs';
import { closeBucket, tlsOnly } from '../bucket/closed-bucket';
import { policyDocument } from '../iam/policy-document';

export interface AccessLogBucketProps {
  /** Unique in all of AWS: 3 to 63 lower-case letters, digits and hyphens. A change replaces the bucket. */
  readonly bucketName: string;
  /** Account whose load balancers write: twelve digits. */
  readonly accountId: string;
  /** Days that a log is kept, at least 1. */
  readonly retentionDays: number;
  /**
   * Whether the bucket is deleted with the logs in it.
   * @default false
   */
  readonly forceDestroy?: boolean;
}

/**
 * Where load balancers of the bucket's region write who asked what of them.
 *
 * Its encryption is with keys that S3 manages: access logs support no other [Elastic Load Balancing user guide, enable
 * access logs].
 */
export class AccessLogBucket extends Construct {
  /** Known once load balancers may write: Elastic Load Balancing tries that when the bucket is set. */
  readonly bucketName: string;

  constructor(scope: Construct, id: string, props: AccessLogBucketProps) {
    super(scope, id);
    const { bucketName, accountId, retentionDays, forceDestroy = false } = props;
    if (!Number.isInteger(retentionDays) || retentionDays < 1) {
      throw new Error(
        `${this.node.path}: retentionDays is ${retentionDays}, expected a whole number from 1. Correct it.`,
      );
    }
    const resource = new S3Bucket(this, 'Resource', { bucket: bucketName, forceDestroy });
    const { bucket, arn } = resource;
    const publicAccessBlock = closeBucket(this, bucket);
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket,
      rule: [
        {
          id: 'expire',
          status: 'Enabled',
          filter: [{}],
          expiration: [{ days: retentionDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
    const policy = new S3BucketPolicy(this, 'Policy', {
      bucket,
      policy: policyDocument([
        {
          Sid: 'LoadBalancersWrite',
          Effect: 'Allow',
          Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `${arn}/AWSLogs/${accountId}/*`,
        },
        tlsOnly(arn),
      ]),
      dependsOn: [publicAccessBlock],
    });
    this.bucketName = policy.bucket;
  }
}
