import { synthesizeConstructs } from '@dr/testing';
import { RecordBucket, type RecordBucketProps } from './record-bucket';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/audit';

const synthesizeBucket = (changes: Partial<RecordBucketProps> = {}) =>
  synthesizeConstructs((scope) => {
    new RecordBucket(scope, 'Audit', {
      bucketName: 'orders-audit',
      kmsKeyArn: KEY,
      retentionDays: 365,
      ...changes,
    });
  });

const BUCKET = expect.stringMatching(/^\$\{aws_s3_bucket\.Audit_[0-9A-F]{8}\.bucket\}$/);

describe('RecordBucket', () => {
  it('keeps its records when it is deleted unless told otherwise', () => {
    expect(synthesizeBucket().resource('aws_s3_bucket')).toEqual({ bucket: 'orders-audit', force_destroy: false });
    expect(synthesizeBucket({ forceDestroy: true }).resource('aws_s3_bucket')['force_destroy']).toBe(true);
  });

  it('is versioned, encrypted with the key given, and closed to the public and to whoever does not use TLS', () => {
    const state = synthesizeBucket();

    expect(state.resource('aws_s3_bucket_versioning')).toEqual({
      bucket: BUCKET,
      versioning_configuration: { status: 'Enabled' },
    });
    expect(state.resource('aws_s3_bucket_server_side_encryption_configuration')).toEqual({
      bucket: BUCKET,
      rule: [
        {
          apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: KEY },
          bucket_key_enabled: true,
        },
      ],
    });
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
    expect(JSON.parse(String(state.resource('aws_s3_bucket_policy')['policy']))).toMatchObject({
      Statement: [{ Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*' }],
    });
  });

  it('lets records, and what they were before, go after their time', () => {
    const rule = (retentionDays: number) =>
      (synthesizeBucket({ retentionDays }).resource('aws_s3_bucket_lifecycle_configuration')['rule'] as unknown[])[0];

    expect(rule(365)).toEqual({
      id: 'keep',
      status: 'Enabled',
      filter: [{}],
      transition: [{ days: 30, storage_class: 'STANDARD_IA' }],
      expiration: [{ days: 365 }],
      noncurrent_version_expiration: [{ noncurrent_days: 365 }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
    });
    // S3 takes no transition on the day of the expiration.
    expect(rule(30)).not.toHaveProperty('transition');
  });

  it.each([29, 45.5, Number.NaN])('refuses to keep records for %d days', (retentionDays) => {
    expect(() => synthesizeBucket({ retentionDays })).toThrow(
      new Error(`constructs/Audit: retentionDays is ${retentionDays}, expected a whole number from 30. Correct it.`),
    );
  });
});
