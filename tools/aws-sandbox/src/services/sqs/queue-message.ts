import { randomUuid } from '../../model/random-id';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';

/** Type of the account's records that are messages in a queue, for a person or a test to read. */
export const QUEUE_MESSAGE_RECORD = 'sqs_message';

/**
 * A message as the account keeps it, by a name that sorts by time.
 *
 * @param more its attributes besides the body
 */
export function queueMessage(
  queue: ResourceRecord,
  body: string,
  sentAtMs: number,
  more: ObjectValue = {},
): ResourceRecord {
  const sentAt = new Date(sentAtMs).toISOString();
  return {
    type: QUEUE_MESSAGE_RECORD,
    region: queue.region,
    service: 'sqs',
    id: `${sentAt} ${randomUuid()}`,
    attributes: { queue: queue.id, body, ...more, sent_at: sentAt },
  };
}
