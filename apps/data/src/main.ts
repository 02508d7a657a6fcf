import { loadEnvironment } from '@dr/environments';
import { ContractMirror, runStackApp } from '@dr/platform-stack';
import {
  controlTableContract,
  dataArchiveContract,
  databaseContract,
  dataKeysContract,
  tablesContract,
} from './contract';
import { ControlTableStack } from './control-table-stack';
import { DataArchiveStack } from './data-archive-stack';
import { DataKeysStack } from './data-keys-stack';
import { PrimaryDataStack, StandbyDataStack } from './data-stack';
import { TableReplicaStack } from './table-replica-stack';

runStackApp({ name: 'data', owner: 'data-team', loadEnvironment }, (app) => {
  const primary = app.environment.regions.primary.name;
  const standby = app.environment.regions.standby.name;

  new DataKeysStack(app, primary);
  new DataKeysStack(app, standby);
  new ContractMirror(app, dataKeysContract, standby, primary);
  new ContractMirror(app, dataKeysContract, primary, standby);

  new DataArchiveStack(app, primary);
  new DataArchiveStack(app, standby);
  new ContractMirror(app, dataArchiveContract, standby, primary);
  new ContractMirror(app, dataArchiveContract, primary, standby);

  new PrimaryDataStack(app);
  new ContractMirror(app, databaseContract, primary, standby);
  new StandbyDataStack(app);

  new ContractMirror(app, tablesContract, primary, standby);
  new TableReplicaStack(app, standby);

  new ControlTableStack(app, standby);
  new ContractMirror(app, controlTableContract, standby, primary);
});
