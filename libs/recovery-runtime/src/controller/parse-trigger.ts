/** Cause of a controller run: its schedule, or an event. */
export type Trigger =
  | { readonly kind: 'schedule'; readonly at: string }
  | { readonly kind: 'alarm'; readonly alarms: readonly string[] }
  /** Nothing that the controller was deployed for: it does nothing then. */
  | { readonly kind: 'malformed'; readonly problem: string };

/**
 * An EventBridge schedule, or CloudWatch alarms through SNS. The event only says that it is time to look: nothing in it
 * is believed, so that who can send one can start a run and no failover.
 */
export function parseTrigger(event: unknown): Trigger {
  if (typeof event !== 'object' || event === null) return malformed(`the event is ${typeof event}, expected an object`);
  const { Records: records, source, time } = event as Readonly<Record<string, unknown>>;
  if (source === 'aws.events' || source === 'aws.scheduler') {
    return { kind: 'schedule', at: typeof time === 'string' ? time : 'unknown' };
  }
  if (!Array.isArray(records) || records.length === 0) return malformed('neither a schedule nor a record of SNS');
  const alarms = records.map(alarmName);
  return alarms.every((name) => name !== undefined)
    ? { kind: 'alarm', alarms }
    : malformed('a record is no alarm of CloudWatch');
}

function malformed(problem: string): Trigger {
  return { kind: 'malformed', problem };
}

function alarmName(record: unknown): string | undefined {
  const message = (record as { readonly Sns?: { readonly Message?: unknown } } | null)?.Sns?.Message;
  if (typeof message !== 'string') return undefined;
  try {
    const { AlarmName: name } = JSON.parse(message) as { readonly AlarmName?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
