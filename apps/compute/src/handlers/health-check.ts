import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { ControlTableReader } from '@dr/control-table';
import { METRIC_NAMESPACE } from '../failover-controller/metrics';
import {
  answerHealthy,
  answerLatch,
  answerServing,
  answerUnknown,
  type HttpAnswer,
} from '../health-check/decide-answer';
import { type HealthCheckEnvironment, parseEnvironment } from '../health-check/parse-environment';
import { parseHealthRequest } from '../health-check/parse-health-request';
import { probeDatabase } from '../health-check/probe-database';
import { RegionCheck } from '../health-check/region-check';
import { HEALTH_CHECK_SERVICE, RegionReporter } from '../health-check/region-reporter';
import { createTableClient } from '../health-check/table-client';

const logger = new Logger({ serviceName: HEALTH_CHECK_SERVICE });
const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: HEALTH_CHECK_SERVICE, logger });
const environment = readEnvironment();
const table = new ControlTableReader({
  client: createTableClient(environment.region),
  tableName: environment.controlTableName,
  regions: [environment.primaryRegion, environment.standbyRegion],
});
const clock = () => performance.now();
const check = new RegionCheck(environment.region, {
  readControlRecord: (abortSignal) => table.read(abortSignal),
  probeDatabase: (abortSignal) => probeDatabase(environment.databaseHost, environment.databasePort, abortSignal),
  clock,
});
const reporter = new RegionReporter(environment.region, {
  log: (level, message, fields) => logger[level](message, { ...fields }),
  measure: (name, value, unit) => metrics.addMetric(name, unit, value),
  publish: () => metrics.publishStoredMetrics(),
  clock,
});

/** Entry point of the health-check function: what Route 53's checkers, and the other region's controller, ask. */
export async function handler(event: unknown, context: Parameters<Logger['addContext']>[0]): Promise<HttpAnswer> {
  logger.addContext(context);
  const request = parseHealthRequest(event);
  switch (request.kind) {
    case 'malformed':
      logger.warn('event refused: no observation', { problem: request.problem });
      return answerUnknown();
    case 'unknown':
      return answerUnknown();
    case 'latch': {
      // The line about the look is written when it ends, be it by the next request's time.
      void check.result().then((result) => reporter.report(result));
      return answerLatch(await check.latch());
    }
    case 'serving':
    case 'healthy': {
      const result = await check.result();
      reporter.report(result);
      return request.kind === 'healthy' ? answerHealthy(result.health) : answerServing(result.health);
    }
  }
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
