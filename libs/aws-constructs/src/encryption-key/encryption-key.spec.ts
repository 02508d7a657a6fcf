import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { EncryptionKey, type EncryptionKeyProps } from './encryption-key';

function synthesizeKey(changes: Partial<EncryptionKeyProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new EncryptionKey(scope, 'Key', {
      alias: 'orders',
      description: 'Order book',
      accountId: '123456789012',
      ...changes,
    });
  });
}

describe('EncryptionKey', () => {
  it('rotates, and can be restored for 30 days after its deletion, unless told otherwise', () => {
    expect(synthesizeKey().resource('aws_kms_key')).toEqual({
      description: 'Order book',
      enable_key_rotation: true,
      deletion_window_in_days: 30,
      policy: expect.any(String),
    });
  });

  it("leaves it to the account's IAM policies who uses it, and admits nobody else", () => {
    expect(JSON.parse(synthesizeKey().resource('aws_kms_key')['policy'] as string)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'IamPoliciesDecide',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::123456789012:root' },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    });
  });

  it('admits services for resources of the account alone', () => {
    const users = [{ service: 'logs', region: 'us-west-2' } as const, { service: 'cloudwatch' } as const];

    const { Statement } = JSON.parse(synthesizeKey({ users }).resource('aws_kms_key')['policy'] as string);

    const Action = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
    expect(Statement.slice(1)).toEqual([
      {
        Sid: 'LogsUse',
        Effect: 'Allow',
        Principal: { Service: 'logs.us-west-2.amazonaws.com' },
        Action,
        Resource: '*',
        Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-west-2:123456789012:*' } },
      },
      {
        Sid: 'CloudwatchUses',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action,
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
  });

  it('lets event subscriptions of RDS encrypt what they publish, and no more', () => {
    const users = [{ service: 'events.rds' } as const];

    const { Statement } = JSON.parse(synthesizeKey({ users }).resource('aws_kms_key')['policy'] as string);

    expect(Statement.slice(1)).toEqual([
      {
        Sid: 'EventsRdsUses',
        Effect: 'Allow',
        Principal: { Service: 'events.rds.amazonaws.com' },
        Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
  });

  it('has an alias', () => {
    expect(synthesizeKey().resource('aws_kms_alias')).toEqual({
      name: 'alias/orders',
      target_key_id: expect.stringMatching(/^\$\{aws_kms_key\.Key_[0-9A-F]{8}\.key_id\}$/),
    });
  });

  it.each([7, 30])('takes a deletion window of %d days', (deletionWindowInDays) => {
    const { deletion_window_in_days } = synthesizeKey({ deletionWindowInDays }).resource('aws_kms_key');

    expect(deletion_window_in_days).toBe(deletionWindowInDays);
  });

  it.each([6, 31, 7.5, Number.NaN])('refuses a deletion window of %d days', (deletionWindowInDays) => {
    expect(() => synthesizeKey({ deletionWindowInDays })).toThrow(
      new Error(
        `constructs/Key: deletionWindowInDays is ${deletionWindowInDays}, expected a whole number from 7 to 30. Correct it.`,
      ),
    );
  });
});
