import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { ControlTableReader } from '@dr/control-table';
import { METRIC_NAMESPACE, otherRegion } from '@dr/recovery';
import { answerHealthRequest, type HttpAnswer, RegionCheck } from '@dr/recovery-runtime';
import { type HealthCheckEnvironment, parseEnvironment } from '../health-check/parse-environment';
import { probeDatabase } from '../health-check/probe-database';
import { HEALTH_CHECK_SERVICE, RegionReporter } from '../health-check/region-reporter';
import { createTableClient } from '../health-check/table-client';

const logger = new Logger({ serviceName: HEALTH_CHECK_SERVICE });
const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: HEALTH_CHECK_SERVICE, logger });
const environment = readEnvironment();
const { primaryRegion: primary, region, standbyRegion: standby } = environment;
const table = new ControlTableReader({
  client: createTableClient(region),
  otherClient: createTableClient(otherRegion(region, { primary, standby })),
  tableName: environment.controlTableName,
  regions: [primary, standby],
});
const clock = () => performance.now();
const check = new RegionCheck(region, primary, {
  readControlRecord: (abortSignal) => table.read(abortSignal),
  probeDatabase: (abortSignal) => probeDatabase(environment.databaseHost, environment.databasePort, abortSignal),
  clock,
});
const reporter = new RegionReporter(region, {
  log: (level, message, fields) => logger[level](message, { ...fields }),
  measure: (name, value, unit) => metrics.addMetric(name, unit, value),
  publish: () => metrics.publishStoredMetrics(),
  clock,
});

/** Entry point of the health-check function: what Route 53's checkers, and the other region's controller, ask. */
export async function handler(event: unknown, context: Parameters<Logger['addContext']>[0]): Promise<HttpAnswer> {
  logger.addContext(context);
  return answerHealthRequest(event, check, {
    report: (result) => reporter.report(result),
    refuse: (problem) => logger.warn('event refused: no observation', { problem }),
  });
}

/** Without it the function cannot start, and Lambda says so; its log says what is missing. */
function readEnvironment(): HealthCheckEnvironment {
  try {
    return parseEnvironment(process.env);
  } catch (error) {
    logger.error('environment refused: the function does not start', { problem: (error as Error).message });
    throw error;
  }
}
