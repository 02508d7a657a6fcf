import type { AccountView } from '../../model/account-view';
import type { ResourceRecord } from '../../model/resource-record';
import { TerraformClient } from '../../testing/terraform-client';
import { Schedules } from './schedules';

const FUNCTION = 'arn:aws:lambda:us-west-2:000000000000:function:controller';

describe('schedules', () => {
  let isBroken = false;
  let nowMs = 1_780_000_000_000;
  const ran: { readonly to: string; readonly event: unknown }[] = [];
  const terraform = new TerraformClient({ region: 'us-west-2' });
  afterAll(() => terraform.close());
  const target: ResourceRecord = {
    type: 'aws_lambda_function',
    region: 'us-west-2',
    service: 'lambda',
    id: 'controller',
    arn: FUNCTION,
    attributes: {},
  };
  const schedules = new Schedules(
    terraform.account as AccountView,
    {
      find: () => target,
      invokeLater: ({ arn }, event) => void ran.push({ to: arn ?? '', event }),
    },
    () => nowMs,
    () => isBroken,
  );

  it('run their targets at once, and then at their rate; a rule that is off runs nothing', () => {
    terraform.account.commit([{ put: target }]);
    for (const [name, state] of [
      ['minutely', 'ENABLED'],
      ['off', 'DISABLED'],
    ] as const) {
      terraform.apply('aws_cloudwatch_event_rule', { name, schedule_expression: 'rate(1 minute)', state });
      terraform.apply('aws_cloudwatch_event_target', { rule: name, arn: FUNCTION });
    }

    for (let second = 0; second <= 120; second++) {
      schedules.tick();
      nowMs += 1_000;
    }

    expect(ran.map(({ to }) => to)).toEqual([FUNCTION, FUNCTION, FUNCTION]);
    expect(ran[0]?.event).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-05-28T20:26:40Z',
      resources: ['arn:aws:events:us-west-2:000000000000:rule/minutely'],
    });
  });

  it('run their targets at the times of a cron expression, once after a pause, and not before the first', () => {
    ran.length = 0;
    schedules.forget();
    terraform.apply('aws_cloudwatch_event_rule', { name: 'minutely', schedule_expression: 'cron(0/5 * * * ? *)' });
    const ranAt = (time: string) => {
      nowMs = Date.parse(`2026-05-28T${time}Z`);
      schedules.tick();
      return ran.length;
    };

    expect(['21:01:00', '21:04:59', '21:05:00', '21:05:01', '21:17:00', '21:17:01', '21:20:00'].map(ranAt)).toEqual([
      0, 0, 1, 1, 2, 2, 3,
    ]);
  });

  it('start nothing while a fault says so, and go on with the next time', () => {
    ran.length = 0;
    isBroken = true;
    nowMs = Date.parse('2026-05-28T21:25:00Z');
    schedules.tick();
    isBroken = false;
    nowMs = Date.parse('2026-05-28T21:26:00Z');
    schedules.tick();
    expect(ran).toHaveLength(0);
    nowMs = Date.parse('2026-05-28T21:30:00Z');
    schedules.tick();

    expect(ran).toHaveLength(1);
  });
});
