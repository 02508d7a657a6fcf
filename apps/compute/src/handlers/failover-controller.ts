import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { type ControllerEnvironment, parseControllerEnvironment } from '@dr/recovery';
import { createAwsPorts, runRecovery } from '@dr/recovery-runtime';
import { CONTROLLER_SERVICE, METRIC_NAMESPACE } from '../failover-controller/metrics';
import { parseTrigger } from '../failover-controller/parse-trigger';

/** Kept of the function's time for its answer and the metrics, ms. */
const MARGIN_MS = 1_000;

type Context = Parameters<Logger['addContext']>[0] & { getRemainingTimeInMillis(): number };

const logger = new Logger({ serviceName: CONTROLLER_SERVICE });
const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: CONTROLLER_SERVICE, logger });
const { settings, targets } = readEnvironment();

const ports = createAwsPorts(targets, settings, {
  report: (level, message, fields) => logger[level](message, { ...fields }),
  measure: (name, value, unit) => metrics.addMetric(name, unit, value),
});

/** Entry point of the failover controller: a run of the recovery loop, started by a schedule or by alarms. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  const trigger = parseTrigger(event);
  if (trigger.kind === 'malformed') {
    logger.error('event refused: no observation and no action', { problem: trigger.problem });
    return;
  }
  logger.info('run', { trigger });
  const runMs = Math.min(settings.controllerRunMs, context.getRemainingTimeInMillis() - MARGIN_MS);
  try {
    await runRecovery(ports, settings, {
      observer: context.awsRequestId,
      endByMs: ports.monotonicMs() + runMs,
    });
  } finally {
    // A run that saw nothing has nothing to tell.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}

/** Without it the function cannot start, and Lambda says so; its log says what is missing. */
function readEnvironment(): ControllerEnvironment {
  try {
    return parseControllerEnvironment(process.env);
  } catch (error) {
    logger.error('environment refused: the function does not start', { problem: (error as Error).message });
    throw error;
  }
}
