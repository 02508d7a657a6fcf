import { synthesizeConstructs } from '@dr/testing';
import { GlobalTableReplica } from './global-table-replica';

describe('GlobalTableReplica', () => {
  it.each([true, false])('has its own key, recovery and protection (%p)', (deletionProtection) => {
    const state = synthesizeConstructs((scope) => {
      new GlobalTableReplica(scope, 'Orders', {
        globalTableArn: 'table-under-test',
        kmsKeyArn: 'key-under-test',
        deletionProtection,
      });
    });

    expect(state.resource('aws_dynamodb_table_replica')).toEqual({
      global_table_arn: 'table-under-test',
      kms_key_arn: 'key-under-test',
      point_in_time_recovery: true,
      deletion_protection_enabled: deletionProtection,
    });
  });
});
