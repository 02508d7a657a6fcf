import { text } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { parseSchedule } from '../../model/schedule-expression';

/** Amazon EventBridge. Codes and words: EventBridge API Reference, PutRule and PutTargets. */
export const eventsResources: ServiceDefinition = {
  name: 'events',
  sdkId: 'EventBridge',
  resources: {
    aws_cloudwatch_event_rule: {
      label: 'EventBridge Rule',
      calls: { create: 'PutRule', update: 'PutRule', delete: 'DeleteRule' },
      id: '{name}',
      arn: 'arn:aws:events:{region}:{accountId}:rule/{name}',
      replaces: ['name', 'name_prefix', 'event_bus_name'],
      overwrites: isOfSameBus,
      defaults: { event_bus_name: 'default', force_destroy: false },
      conflicts: [['name', 'name_prefix']],
      checks: [
        ({ attributes }) => {
          const [schedule, pattern] = [text(attributes['schedule_expression']), text(attributes['event_pattern'])];
          if (schedule === '' && pattern === '') {
            throw new ProviderRefusal('one of `event_pattern,schedule_expression` must be specified', [
              'schedule_expression',
            ]);
          }
          if (schedule !== '' && parseSchedule(schedule) === undefined) {
            throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.', {
              path: ['schedule_expression'],
            });
          }
          if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(text(attributes['name']))) {
            throw new AwsError(
              'ValidationException',
              `1 validation error detected: Value '${text(attributes['name'])}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
              { path: ['name'] },
            );
          }
        },
      ],
    },
    aws_cloudwatch_event_target: {
      label: 'EventBridge Target',
      calls: { create: 'PutTargets', update: 'PutTargets', delete: 'RemoveTargets' },
      id: '{rule}-{target_id}',
      importId: '{rule}/{target_id}',
      madeUpNames: ['target_id'],
      replaces: ['rule', 'event_bus_name', 'target_id'],
      overwrites: (context, former) =>
        isOfSameBus(context, former) &&
        ['rule', 'target_id'].every((name) => former.attributes[name] === context.attributes[name]),
      defaults: { event_bus_name: 'default', force_destroy: false },
      references: [
        {
          attribute: 'rule',
          to: 'aws_cloudwatch_event_rule',
          refusal: { code: 'ResourceNotFoundException', message: 'Rule {value} does not exist on EventBus default.' },
        },
      ],
    },
  },
};

/** Rules of one name may be on several buses. */
function isOfSameBus({ attributes }: ResourceContext, former: ResourceRecord): boolean {
  return former.attributes['event_bus_name'] === attributes['event_bus_name'];
}
