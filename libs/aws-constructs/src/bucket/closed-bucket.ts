import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import type { Construct } from 'constructs';

/** Blocks the public and access control lists. @param region @default the provider's @returns what a bucket policy has to wait for: S3 refuses two changes at once */
export function closeBucket(scope: Construct, bucket: string, region?: string): S3BucketPublicAccessBlock {
  const place = region === undefined ? { bucket } : { bucket, region };
  new S3BucketOwnershipControls(scope, 'Ownership', { ...place, rule: { objectOwnership: 'BucketOwnerEnforced' } });
  return new S3BucketPublicAccessBlock(scope, 'PublicAccessBlock', {
    ...place,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
}

/** Statement of a bucket policy that denies requests without TLS. */
export function tlsOnly(bucketArn: string): object {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
