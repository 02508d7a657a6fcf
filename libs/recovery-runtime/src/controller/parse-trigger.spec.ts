import { parseTrigger } from './parse-trigger';

const alarm = (message: unknown) => ({
  Records: [
    { EventSource: 'aws:sns', Sns: { Message: typeof message === 'string' ? message : JSON.stringify(message) } },
  ],
});

describe('parseTrigger', () => {
  it('knows the schedule', () => {
    const event = { source: 'aws.events', 'detail-type': 'Scheduled Event', time: '2026-11-24T10:00:00Z' };

    expect(parseTrigger(event)).toEqual({ kind: 'schedule', at: '2026-11-24T10:00:00Z' });
  });

  it('knows alarms, by their names', () => {
    expect(parseTrigger(alarm({ AlarmName: 'trading-replication-lag', NewStateValue: 'ALARM' }))).toEqual({
      kind: 'alarm',
      alarms: ['trading-replication-lag'],
    });
  });

  it('knows events of Aurora, which are for people', () => {
    const event = { 'Event Source': 'db-cluster', 'Event ID': 'RDS-EVENT-0181', 'Event Message': 'Started failover' };

    expect(parseTrigger(alarm(event))).toEqual({ kind: 'database-event' });
    expect(parseTrigger({ Records: [...alarm(event).Records, ...alarm({ AlarmName: 'lag' }).Records] })).toEqual({
      kind: 'alarm',
      alarms: ['lag'],
    });
  });

  it.each<[string, unknown, string]>([
    ['half an event of Aurora', alarm({ 'Event Source': 'db-cluster' }), 'a record is no alarm of CloudWatch'],
    ['nothing', undefined, 'the event is undefined, expected an object'],
    ['null', null, 'the event is object, expected an object'],
    ['a text', 'failover', 'the event is string, expected an object'],
    ['a command that somebody made up', { command: 'failover' }, 'neither a schedule nor a record of SNS'],
    ['no records', { Records: [] }, 'neither a schedule nor a record of SNS'],
    ['a record of something else', { Records: [{ s3: {} }] }, 'a record is no alarm of CloudWatch'],
    ['a message that is no JSON', alarm('fire'), 'a record is no alarm of CloudWatch'],
    ['a message without an alarm', alarm({ subject: 'x' }), 'a record is no alarm of CloudWatch'],
  ])('refuses %s', (_what, event, problem) => {
    expect(parseTrigger(event)).toEqual({ kind: 'malformed', problem });
  });
});
