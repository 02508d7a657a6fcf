import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { GlobalTable, type GlobalTableProps } from './global-table';

function synthesizeTable(changes: Partial<GlobalTableProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new GlobalTable(scope, 'Orders', {
      tableName: 'orders',
      partitionKey: { name: 'orderId', type: 'S' },
      kmsKeyArn: 'key-under-test',
      deletionProtection: false,
      ...changes,
    });
  });
}

describe('GlobalTable', () => {
  it('is encrypted, recoverable to a point in time and ready for replicas', () => {
    expect(synthesizeTable().resource('aws_dynamodb_table')).toEqual({
      name: 'orders',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'orderId',
      attribute: [{ name: 'orderId', type: 'S' }],
      global_secondary_index: [],
      stream_enabled: true,
      stream_view_type: 'NEW_AND_OLD_IMAGES',
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: true, kms_key_arn: 'key-under-test' },
      deletion_protection_enabled: false,
      lifecycle: { ignore_changes: ['replica'] },
    });
  });

  it('declares no replica: replicas have a state of their own', () => {
    expect(synthesizeTable().resource('aws_dynamodb_table')).not.toHaveProperty('replica');
  });

  it('has a sort key where it is given one', () => {
    const table = synthesizeTable({ sortKey: { name: 'version', type: 'N' } }).resource('aws_dynamodb_table');

    expect(table['range_key']).toBe('version');
    expect(table['attribute']).toEqual([
      { name: 'orderId', type: 'S' },
      { name: 'version', type: 'N' },
    ]);
  });

  it('has secondary indexes with all attributes', () => {
    const table = synthesizeTable({
      indexes: [
        {
          name: 'by-user',
          partitionKey: { name: 'userId', type: 'S' },
          sortKey: { name: 'placedAt', type: 'S' },
        },
        { name: 'by-venue', partitionKey: { name: 'venue', type: 'S' } },
      ],
    }).resource('aws_dynamodb_table');

    expect(table['global_secondary_index']).toEqual([
      { name: 'by-user', hash_key: 'userId', range_key: 'placedAt', projection_type: 'ALL' },
      { name: 'by-venue', hash_key: 'venue', projection_type: 'ALL' },
    ]);
  });

  it('declares an attribute of several keys once', () => {
    const table = synthesizeTable({
      indexes: [
        { name: 'by-user', partitionKey: { name: 'userId', type: 'S' }, sortKey: { name: 'orderId', type: 'S' } },
        { name: 'by-age', partitionKey: { name: 'userId', type: 'S' }, sortKey: { name: 'placedAt', type: 'N' } },
      ],
    }).resource('aws_dynamodb_table');

    expect(table['attribute']).toEqual([
      { name: 'orderId', type: 'S' },
      { name: 'userId', type: 'S' },
      { name: 'placedAt', type: 'N' },
    ]);
  });

  it('refuses an attribute of two types', () => {
    const indexes = [{ name: 'by-order', partitionKey: { name: 'orderId', type: 'N' as const } }];

    expect(() => synthesizeTable({ indexes })).toThrow(
      new Error('constructs/Orders: attribute orderId is S and N, expected one type. Correct it.'),
    );
  });

  it('refuses deletion where it is protected', () => {
    const table = synthesizeTable({ deletionProtection: true }).resource('aws_dynamodb_table');

    expect(table['deletion_protection_enabled']).toBe(true);
  });
});
