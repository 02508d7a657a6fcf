import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { rdsDataEndpoint } from './data-operations';
import { DatabaseSockets } from './database-sockets';
import { GlobalDatabases } from './global-databases';
import { rdsEndpoint } from './operations';
import { rdsResources } from './resources';
import { RowStore } from './row-store';

export const rds: AwsService = {
  ...rdsResources,
  start: ({ account, faults, nowMs, of, promotionMs }) => {
    const rows = new RowStore(account, faults, nowMs);
    const databases = new GlobalDatabases({ account, rows, link: faults, moveMs: promotionMs, nowMs });
    return {
      endpoints: [rdsEndpoint(databases), rdsDataEndpoint(databases, rows)],
      openNetwork: () => of(sockets).open(),
      settle: () => databases.settle(),
    };
  },
};

function sockets({ account, faults, network }: ServiceContext): DatabaseSockets {
  return new DatabaseSockets(network, account, faults);
}
