import { lastingSettings, loadEnvironment } from '@dr/environments';
import { ContractMirror, runStackApp } from '@dr/platform-stack';
import {
  controlTableContract,
  dataArchiveContract,
  databaseContract,
  dataKeysContract,
  tablesContract,
} from './contract';
import { ControlTableState } from './control-table-state';
import { DataArchiveState } from './data-archive-state';
import { DataKeysState } from './data-keys-state';
import { PrimaryDataState } from './primary-data-state';
import { StandbyDataState } from './standby-data-state';
import { TableReplicaState } from './table-replica-state';

runStackApp({ name: 'data', owner: 'data-team', loadEnvironment, lastingSettings }, (app) => {
  const primary = app.environment.regions.primary.name;
  const standby = app.environment.regions.standby.name;

  new DataKeysState(app, primary);
  new DataKeysState(app, standby);
  new ContractMirror(app, dataKeysContract, standby, primary);
  new ContractMirror(app, dataKeysContract, primary, standby);

  new DataArchiveState(app, primary);
  new DataArchiveState(app, standby);
  new ContractMirror(app, dataArchiveContract, standby, primary);
  new ContractMirror(app, dataArchiveContract, primary, standby);

  new PrimaryDataState(app);
  new ContractMirror(app, databaseContract, primary, standby);
  new StandbyDataState(app);
  new ContractMirror(app, databaseContract, standby, primary);

  new ContractMirror(app, tablesContract, primary, standby);
  new TableReplicaState(app, standby);

  new ControlTableState(app, standby);
  new ContractMirror(app, controlTableContract, standby, primary);
});
