import { synthesizeConstructs } from '@dr/testing';
import { AuroraEvents } from './aurora-events';

describe('AuroraEvents', () => {
  it('notify of moves and rebuilds of the cluster, and of all that its instances report', () => {
    const state = synthesizeConstructs((scope) => {
      new AuroraEvents(scope, 'Events', {
        clusterIdentifier: 'orders-west',
        instanceIdentifiers: ['orders-west-a', 'orders-west-b'],
        topicArn: 'topic',
      });
    });

    expect(state.resources('aws_db_event_subscription')).toEqual([
      {
        name: 'orders-west-cluster-events',
        sns_topic: 'topic',
        source_type: 'db-cluster',
        source_ids: ['orders-west'],
        event_categories: ['global failover'],
      },
      {
        name: 'orders-west-instance-events',
        sns_topic: 'topic',
        source_type: 'db-instance',
        source_ids: ['orders-west-a', 'orders-west-b'],
      },
    ]);
  });
});
