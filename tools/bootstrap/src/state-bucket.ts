import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { closeBucket, policyDocument, tlsOnly } from '@dr/aws-constructs';
import { NAME_LIMITS, resourceName } from '@dr/platform-stack';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface StateBucketProps {
  /** Unique in all of AWS. A change makes another bucket. */
  readonly bucketName: string;
  readonly region: string;
}

/** Days that a version of a state which is not the newest any more is kept. */
const OLD_VERSION_DAYS = 365;

/** A bucket for states in a region: versioned, encrypted by S3's own key, closed to the public, reached by TLS alone. */
export class StateBucket extends Construct {
  readonly bucketArn: string;
  /** Known once versions are kept, which a replication wants at both its ends. */
  readonly bucketName: string;
  readonly region: string;
  /** Versions are kept from here on: a replication into it waits for that. */
  readonly versioning: ITerraformDependable;

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id);
    const { region } = props;
    const bucketResource = new S3Bucket(this, 'Resource', {
      bucket: resourceName(NAME_LIMITS.bucket, props.bucketName),
      region,
      // Without its states nothing that is deployed can be changed or destroyed any more.
      lifecycle: { preventDestroy: true },
    });
    const { bucket } = bucketResource;
    const versioning = new S3BucketVersioningA(this, 'Versioning', {
      ...{ bucket, region },
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      ...{ bucket, region },
      // What Terraform's backend asks for with `encrypt` [Terraform, S3 backend].
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket: versioning.bucket,
      region,
      rule: [
        {
          id: 'old-versions',
          status: 'Enabled',
          filter: [{}],
          noncurrentVersionExpiration: [{ noncurrentDays: OLD_VERSION_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
    const closed = closeBucket(this, bucket, region);
    new S3BucketPolicy(this, 'Policy', {
      ...{ bucket, region },
      policy: policyDocument([tlsOnly(bucketResource.arn)]),
      // S3 refuses two changes at once.
      dependsOn: [closed],
    });
    this.bucketArn = bucketResource.arn;
    this.bucketName = versioning.bucket;
    this.region = region;
    this.versioning = versioning;
  }
}
