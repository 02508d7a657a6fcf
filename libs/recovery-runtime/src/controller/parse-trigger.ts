/** Cause of a controller run: its schedule, or an event. */
export type Trigger =
  | { readonly kind: 'schedule'; readonly at: string }
  | { readonly kind: 'alarm'; readonly alarms: readonly string[] }
  /** An event of Aurora, for people who listen to the same topic: what it tells of, an observation sees too. */
  | { readonly kind: 'database-event' }
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
  const messages = records.map(messageOf).filter((message) => !isDatabaseEvent(message));
  if (messages.length === 0) return { kind: 'database-event' };
  const alarms = messages.map(({ AlarmName: name }) => name).filter((name) => typeof name === 'string');
  return alarms.length === messages.length
    ? { kind: 'alarm', alarms }
    : malformed('a record is no alarm of CloudWatch');
}

function malformed(problem: string): Trigger {
  return { kind: 'malformed', problem };
}

type Message = Readonly<Record<string, unknown>>;

/** Members of a message by SNS; none where it is something else. */
function messageOf(record: unknown): Message {
  const message = (record as { readonly Sns?: { readonly Message?: unknown } } | null)?.Sns?.Message;
  if (typeof message !== 'string') return {};
  try {
    return Object(JSON.parse(message)) as Message;
  } catch {
    return {};
  }
}

/** By the members of RDS's messages [Amazon RDS user guide, viewing event notifications]. */
function isDatabaseEvent(message: Message): boolean {
  return ['Event Source', 'Event ID', 'Event Message'].every((member) => typeof message[member] === 'string');
}
