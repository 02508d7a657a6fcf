import { duringRecovery } from '../errors';
import { readRecovery } from '../records/recovery';
import type { PlannedState, Run } from './run';

/**
 * Types of what a failover or failback moves or decides by: the database and its members, the control table, DNS and
 * its checks, what the regions serve with, and the controller's own functions, rules and alarms.
 */
const MOVED =
  /^aws_(rds_|db_|dynamodb_|route53_|ecs_service$|lb|appautoscaling_|lambda_|cloudwatch_event_|cloudwatch_metric_alarm$|scheduler_)/;

/**
 * Refuses to change what a recovery moves while one is under way, or while that cannot be known.
 *
 * @throws UserError with the reason; nothing was changed
 */
export async function refuseDuringRecovery(run: Run, plans: ReadonlyMap<string, PlannedState>): Promise<void> {
  if (run.options.duringRecovery) return;
  const touched = [...plans].flatMap(([state, { plan }]) =>
    plan.changes.filter(({ type }) => MOVED.test(type)).map(({ action, address }) => `${state}: ${action} ${address}`),
  );
  if (touched.length === 0) return;
  const recovery = await readRecovery(run);
  if (recovery === 'none') return;
  if ('unknown' in recovery)
    throw duringRecovery(`whether a recovery is under way is not known (${recovery.unknown})`, touched);
  if (!recovery.isUnderWay) return;
  const { step, holder, cause, enteredAtMs } = recovery;
  throw duringRecovery(
    `a recovery is under way: ${step} since ${new Date(enteredAtMs).toISOString()}, towards ${holder} (${cause})`,
    touched,
  );
}
