import type { RecoverySettings } from '@dr/recovery';
import type { RecoveryPorts } from '../ports';
import { runRecovery } from '../run-recovery';
import { parseTrigger } from './parse-trigger';

/** Kept of the function's time for its answer and the metrics, ms. */
const MARGIN_MS = 1_000;

/** One invocation of the failover controller's function. */
export interface Invocation {
  readonly event: unknown;
  /** Unique to this invocation. */
  readonly requestId: string;
  /** Time until the function is ended, ms. */
  readonly remainingMs: number;
  /** Region of the function. */
  readonly region: string;
}

/** Performs one invocation: a run of the recovery loop, or nothing at all for an event that the controller is not for. */
export async function runController(
  { event, region, remainingMs, requestId }: Invocation,
  ports: RecoveryPorts,
  settings: RecoverySettings,
): Promise<void> {
  const trigger = parseTrigger(event);
  if (trigger.kind === 'malformed') {
    ports.report('error', 'event refused: no observation and no action', { problem: trigger.problem });
    return;
  }
  if (trigger.kind === 'database-event') {
    ports.report('info', 'an event of Aurora: no observation and no action', {});
    return;
  }
  ports.report('info', 'run', { trigger });
  const runMs = Math.min(settings.controllerRunMs, remainingMs - MARGIN_MS);
  await runRecovery(ports, settings, { observer: requestId, region, endByMs: ports.monotonicMs() + runMs });
}
