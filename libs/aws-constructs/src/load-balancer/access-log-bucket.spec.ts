import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { AccessLogBucket, type AccessLogBucketProps } from './access-log-bucket';

function synthesizeBucket(changes: Partial<AccessLogBucketProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new AccessLogBucket(scope, 'Logs', {
      bucketName: 'orders-access-logs',
      accountId: '123456789012',
      retentionDays: 30,
      ...changes,
    });
  });
}

const BUCKET = expect.stringMatching(/^\$\{aws_s3_bucket\.Logs_[0-9A-F]{8}\.bucket\}$/);

describe('AccessLogBucket', () => {
  it('keeps the logs when it is deleted unless told otherwise', () => {
    expect(synthesizeBucket().resource('aws_s3_bucket')).toEqual({
      bucket: 'orders-access-logs',
      force_destroy: false,
    });
    expect(synthesizeBucket({ forceDestroy: true }).resource('aws_s3_bucket')['force_destroy']).toBe(true);
  });

  it('is closed to the public, and to access control lists', () => {
    const state = synthesizeBucket();

    expect(state.resource('aws_s3_bucket_public_access_block')).toEqual({
      bucket: BUCKET,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(state.resource('aws_s3_bucket_ownership_controls')).toEqual({
      bucket: BUCKET,
      rule: { object_ownership: 'BucketOwnerEnforced' },
    });
  });

  it('is encrypted with keys of S3, the only ones that access logs support', () => {
    expect(synthesizeBucket().resource('aws_s3_bucket_server_side_encryption_configuration')).toEqual({
      bucket: BUCKET,
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
    });
  });

  it('lets logs go after their time', () => {
    expect(synthesizeBucket().resource('aws_s3_bucket_lifecycle_configuration')).toEqual({
      bucket: BUCKET,
      rule: [
        {
          id: 'expire',
          status: 'Enabled',
          filter: [{}],
          expiration: [{ days: 30 }],
          abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
        },
      ],
    });
  });

  it("admits the account's load balancers, over TLS", () => {
    const { policy } = synthesizeBucket().resource('aws_s3_bucket_policy');

    expect(JSON.parse(String(policy))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'LoadBalancersWrite',
          Effect: 'Allow',
          Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: expect.stringMatching(/^\$\{aws_s3_bucket\.Logs_[0-9A-F]{8}\.arn\}\/AWSLogs\/123456789012\/\*$/),
        },
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [
            expect.stringMatching(/^\$\{aws_s3_bucket\.Logs_[0-9A-F]{8}\.arn\}$/),
            expect.stringMatching(/^\$\{aws_s3_bucket\.Logs_[0-9A-F]{8}\.arn\}\/\*$/),
          ],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  it.each([0, 1.5, Number.NaN])('refuses to keep logs for %d days', (retentionDays) => {
    expect(() => synthesizeBucket({ retentionDays })).toThrow(
      new Error(`constructs/Logs: retentionDays is ${retentionDays}, expected a whole number from 1. Correct it.`),
    );
  });
});
