import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { topics } from '../sns/service';
import { ClusterSnapshots } from './cluster-snapshots';
import { DatabaseEvents } from './database-events';
import { rdsDataEndpoint } from './data-operations';
import { DatabaseSockets } from './database-sockets';
import { GlobalDatabases } from './global-databases';
import { rdsEndpoint } from './operations';
import { DatabaseServers } from './database-servers';
import { rdsResources } from './resources';

export const rds: AwsService = {
  ...rdsResources,
  start: (context) => {
    const { account, faults, nowMs, of, onDefect, promotionMs } = context;
    const servers = of(databaseServers);
    // Rows of an account from before its databases were servers.
    account.commit(account.list('rds_row').map((record) => ({ remove: record })));
    const events = new DatabaseEvents({ account, topics: of(topics), nowMs });
    const databases = new GlobalDatabases({
      account,
      servers,
      events,
      link: faults,
      moveMs: promotionMs,
      nowMs,
      onDefect,
    });
    const snapshots = new ClusterSnapshots({ account, servers, events, nowMs, onDefect });
    return {
      endpoints: [
        rdsEndpoint(databases, snapshots, events),
        rdsDataEndpoint(databases, servers, (region) => faults.writersSilentSince(region), nowMs),
      ],
      openNetwork: () => of(sockets).open(),
      settle: () => {
        databases.settle();
        snapshots.settle();
        events.sweep();
        servers.sweep();
        servers.restartChanged();
      },
    };
  },
};

/** Servers of an account's databases. */
export function databaseServers({ account, faults, fsync, home, postgres, report }: ServiceContext): DatabaseServers {
  return new DatabaseServers({ account, home, link: faults, postgres, fsync, report });
}

/** Endpoints of an account's databases in its network. */
export function sockets({ account, faults, network, of, report }: ServiceContext): DatabaseSockets {
  const servers = of(databaseServers);
  const writersSilentSince = (region: string) => faults.writersSilentSince(region);
  return new DatabaseSockets({ folder: network, account, reachability: faults, writersSilentSince, servers, report });
}
