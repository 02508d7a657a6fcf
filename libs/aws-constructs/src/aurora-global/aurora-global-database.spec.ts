import { synthesizeConstructs } from '@dr/testing';
import { AuroraGlobalDatabase } from './aurora-global-database';

describe('AuroraGlobalDatabase', () => {
  it.each([true, false])('is encrypted, and refuses deletion where it is protected (%p)', (deletionProtection) => {
    const state = synthesizeConstructs((scope) => {
      new AuroraGlobalDatabase(scope, 'Orders', {
        globalClusterIdentifier: 'orders',
        engineVersion: '16.6',
        databaseName: 'order_book',
        deletionProtection,
      });
    });

    expect(state.resource('aws_rds_global_cluster')).toEqual({
      global_cluster_identifier: 'orders',
      engine: 'aurora-postgresql',
      engine_version: '16.6',
      database_name: 'order_book',
      storage_encrypted: true,
      deletion_protection: deletionProtection,
      lifecycle: { ignore_changes: ['database_name'] },
    });
  });
});
