import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ControlTableReader } from '@dr/control-table';
import { decideAnswer, type HttpAnswer } from '../health-check/decide-answer';
import { parseEnvironment } from '../health-check/parse-environment';
import { probeDatabase } from '../health-check/probe-database';
import { RegionCheck } from '../health-check/region-check';

const environment = parseEnvironment(process.env);
const table = new ControlTableReader({
  client: new DynamoDBClient({ region: environment.region, maxAttempts: 1 }),
  tableName: environment.controlTableName,
  regions: [environment.primaryRegion, environment.standbyRegion],
});
const check = new RegionCheck(environment.region, {
  readControlRecord: (abortSignal) => table.read(abortSignal),
  probeDatabase: (abortSignal) => probeDatabase(environment.databaseHost, environment.databasePort, abortSignal),
  clock: () => performance.now(),
});
let logged = '';

/** Entry point of the health-check function: what Route 53's checkers, and the other region's controller, ask. */
export async function handler(event: { readonly rawPath?: unknown } | null): Promise<HttpAnswer> {
  const path = typeof event?.rawPath === 'string' ? event.rawPath : '';
  const state = await check.state();
  logChange({
    able: state.health.able,
    serving: state.health.serving,
    latch: state.latch,
    reasons: state.health.reasons,
  });
  return decideAnswer(path, state);
}

/** Checkers ask some hundred times a minute: only what changed is worth a line. */
function logChange(fields: object): void {
  const line = JSON.stringify({ message: 'region state', region: environment.region, ...fields });
  if (line !== logged) console.log(line);
  logged = line;
}
