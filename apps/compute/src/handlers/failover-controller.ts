import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { parseControllerEnvironment } from '@dr/recovery';
import { createAwsPorts, runRecovery } from '@dr/recovery-runtime';
import { CONTROLLER_SERVICE, METRIC_NAMESPACE } from '../failover-controller/metrics';
import { parseTrigger } from '../failover-controller/parse-trigger';

/** Kept of the function's time for its answer and the metrics, ms. */
const MARGIN_MS = 1_000;

const logger = new Logger({ serviceName: CONTROLLER_SERVICE });
const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: CONTROLLER_SERVICE });
const { settings, targets } = parseControllerEnvironment(process.env);

const ports = createAwsPorts(targets, settings, {
  report: (level, message, fields) => logger[level](message, { ...fields }),
  measure: (name, value, unit) => metrics.addMetric(name, unit, value),
});

/** Entry point of the failover controller: a run of the recovery loop, started by a schedule or by alarms. */
export async function handler(
  event: unknown,
  context: { readonly awsRequestId: string; getRemainingTimeInMillis(): number },
): Promise<void> {
  const trigger = parseTrigger(event);
  if (trigger.kind === 'malformed') {
    logger.error('event refused: nothing was looked at and nothing done', { problem: trigger.problem });
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
    metrics.publishStoredMetrics();
  }
}
