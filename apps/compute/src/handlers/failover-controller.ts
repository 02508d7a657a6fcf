import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import {
  CONTROLLER_SERVICE,
  type ControllerEnvironment,
  METRIC_NAMESPACE,
  parseControllerEnvironment,
} from '@dr/recovery';
import { createAwsPorts, runController } from '@dr/recovery-runtime';

type Context = Parameters<Logger['addContext']>[0] & { getRemainingTimeInMillis(): number };

const logger = new Logger({ serviceName: CONTROLLER_SERVICE });
const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: CONTROLLER_SERVICE, logger });
const { settings, targets } = readEnvironment();
/** A run lasts longer than a period of the alarms on what it measures, ms. */
const PUBLISH_PERIOD_MS = 15_000;
let publishedAtMs = performance.now();
// Lambda sets it.
const region = process.env['AWS_REGION'] ?? '';

const ports = createAwsPorts(region, targets, settings, {
  report: (level, message, fields) => logger[level](message, { ...fields }),
  measure: (name, value, unit) => {
    metrics.addMetric(name, unit, value);
    if (performance.now() - publishedAtMs >= PUBLISH_PERIOD_MS) publish();
  },
});

/** Entry point of the failover controller: a run of the recovery loop, started by a schedule or by alarms. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  try {
    const invocation = {
      event,
      region,
      requestId: context.awsRequestId,
      remainingMs: context.getRemainingTimeInMillis(),
    };
    await runController(invocation, ports, settings);
  } finally {
    publish();
  }
}

function publish(): void {
  publishedAtMs = performance.now();
  // A run that saw nothing has nothing to tell.
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
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
