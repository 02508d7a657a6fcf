import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { StronglyConsistentTable, type StronglyConsistentTableProps } from './strongly-consistent-table';

function synthesizeTable(changes: Partial<StronglyConsistentTableProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new StronglyConsistentTable(scope, 'Control', {
      tableName: 'control',
      partitionKey: { name: 'item', type: 'S' },
      region: 'us-west-2',
      kmsKeyArn: 'key-west',
      replica: { region: 'us-east-1', kmsKeyArn: 'key-east' },
      witnessRegion: 'us-east-2',
      deletionProtection: true,
      ...changes,
    });
  });
}

describe('StronglyConsistentTable', () => {
  it('has one replica with its own key, recovery and protection, and a witness', () => {
    expect(synthesizeTable().resource('aws_dynamodb_table')).toEqual({
      name: 'control',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'item',
      attribute: [{ name: 'item', type: 'S' }],
      stream_enabled: true,
      stream_view_type: 'NEW_AND_OLD_IMAGES',
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: true, kms_key_arn: 'key-west' },
      deletion_protection_enabled: true,
      replica: [
        {
          region_name: 'us-east-1',
          kms_key_arn: 'key-east',
          consistency_mode: 'STRONG',
          point_in_time_recovery: true,
          deletion_protection_enabled: true,
          propagate_tags: true,
        },
      ],
      global_table_witness: { region_name: 'us-east-2' },
    });
  });

  it('refuses a replica in its own region', () => {
    expect(() => synthesizeTable({ replica: { region: 'us-west-2', kmsKeyArn: 'key' } })).toThrow(
      new Error(
        "constructs/Control: replica.region is us-west-2, expected a region other than the table's. Name the other serving region.",
      ),
    );
  });

  it.each(['us-east-1', 'us-west-2'])('refuses %s, which serves, as the witness', (witnessRegion) => {
    expect(() => synthesizeTable({ witnessRegion })).toThrow(
      new Error(
        `constructs/Control: witnessRegion is ${witnessRegion}, expected a region that serves nothing. Name a third region.`,
      ),
    );
  });
});
