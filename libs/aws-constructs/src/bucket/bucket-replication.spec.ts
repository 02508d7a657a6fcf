import { synthesizeConstructs } from '@dr/testing';
import { BucketReplication } from './bucket-replication';

const end = (region: string) => ({
  bucketName: `audit-${region}`,
  bucketArn: `arn:aws:s3:::audit-${region}`,
  kmsKeyArn: `arn:aws:kms:${region}:123456789012:key/audit`,
});

const state = synthesizeConstructs((scope) => {
  new BucketReplication(scope, 'Replication', {
    source: end('us-east-1'),
    destination: end('us-west-2'),
    roleName: 'audit-replication',
    alarmName: 'audit-replication-failing',
    topicArns: ['arn:aws:sns:us-east-1:123456789012:alarms'],
  });
});

describe('BucketReplication', () => {
  it('copies everything, deletions too, and encrypts it anew with the key at the other end', () => {
    expect(state.resource('aws_s3_bucket_replication_configuration')).toMatchObject({
      bucket: 'audit-us-east-1',
      role: expect.stringMatching(/^\$\{aws_iam_role\.Replication_Role_[0-9A-F]{8}\.arn\}$/),
      rule: [
        {
          id: 'everything',
          status: 'Enabled',
          filter: {},
          delete_marker_replication: { status: 'Enabled' },
          source_selection_criteria: {
            sse_kms_encrypted_objects: { status: 'Enabled' },
            replica_modifications: { status: 'Enabled' },
          },
          destination: {
            bucket: 'arn:aws:s3:::audit-us-west-2',
            encryption_configuration: { replica_kms_key_id: 'arn:aws:kms:us-west-2:123456789012:key/audit' },
            replication_time: { status: 'Enabled', time: { minutes: 15 } },
            metrics: { status: 'Enabled', event_threshold: { minutes: 15 } },
          },
        },
      ],
    });
  });

  it('takes a role that reads one bucket, writes into the other, and may do nothing else', () => {
    const { Statement: statements } = JSON.parse(String(state.resource('aws_iam_role_policy')['policy'])) as {
      Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: string }[];
    };

    expect(statements.map(({ Resource: resource }) => resource)).toEqual([
      'arn:aws:s3:::audit-us-east-1',
      'arn:aws:s3:::audit-us-east-1/*',
      'arn:aws:s3:::audit-us-west-2/*',
      'arn:aws:kms:us-east-1:123456789012:key/audit',
      'arn:aws:kms:us-west-2:123456789012:key/audit',
    ]);
    expect(statements.flatMap(({ Action: action }) => action).some((action) => action.includes('*'))).toBe(false);
  });

  it('tells when records do not arrive', () => {
    expect(state.resource('aws_cloudwatch_metric_alarm')).toMatchObject({
      namespace: 'AWS/S3',
      metric_name: 'OperationsFailedReplication',
      dimensions: { SourceBucket: 'audit-us-east-1', DestinationBucket: 'audit-us-west-2', RuleId: 'everything' },
      treat_missing_data: 'notBreaching',
      alarm_actions: ['arn:aws:sns:us-east-1:123456789012:alarms'],
    });
  });
});
