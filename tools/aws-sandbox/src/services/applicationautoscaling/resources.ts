import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';

/** Application Auto Scaling. Codes and words: Application Auto Scaling API Reference, errors of each action. */
export const applicationAutoScaling: ServiceDefinition = {
  name: 'application-autoscaling',
  sdkId: 'Application Auto Scaling',
  resources: {
    aws_appautoscaling_target: {
      label: 'Application AutoScaling Target',
      calls: { create: 'RegisterScalableTarget', update: 'RegisterScalableTarget', delete: 'DeregisterScalableTarget' },
      namedBy: 'resource_id',
      id: targetId,
      stateId: '{resource_id}',
      arn: ({ region, accountId }) =>
        `arn:aws:application-autoscaling:${region}:${accountId}:scalable-target/${randomUuid().replaceAll('-', '')}`,
      replaces: ['resource_id', 'scalable_dimension', 'service_namespace'],
      computed: {
        role_arn: ({ accountId, attributes }) =>
          attributes['service_namespace'] === 'ecs'
            ? `arn:aws:iam::${accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`
            : '',
      },
      checks: [
        ({ attributes, account, region, id, prior }) => {
          const isTagged = Object.keys(attributes['tags_all'] ?? {}).length > 0;
          if (prior === null && isTagged && account.find('aws_appautoscaling_target', region, id) !== undefined) {
            throw new AwsError(
              'ValidationException',
              'The scalable target that you tried to tag already exists. To update tags on an existing scalable target, use the TagResource API.',
              { path: ['tags'] },
            );
          }
          const [minimum, maximum] = [Number(attributes['min_capacity']), Number(attributes['max_capacity'])];
          if (minimum > maximum) {
            throw new AwsError('ValidationException', 'Maximum capacity cannot be less than minimum capacity', {
              path: ['max_capacity'],
            });
          }
          const resourceId = text(attributes['resource_id']);
          if (attributes['service_namespace'] !== 'ecs') return;
          const suffix = `:${resourceId}`;
          if (!account.list('aws_ecs_service', region).some(({ id }) => id.endsWith(suffix))) {
            throw new AwsError('ValidationException', `ECS service doesn't exist: ${resourceId}`, {
              path: ['resource_id'],
            });
          }
        },
      ],
      // Registering what is registered already changes it.
      overwrites: () => true,
      onDelete: ({ account, region, id }) =>
        account
          .list('aws_appautoscaling_policy', region)
          .filter((policy) => policy.id.startsWith(`${id}/`))
          .map((policy) => ({ remove: policy })),
    },
    aws_appautoscaling_policy: {
      label: 'Application AutoScaling Scaling Policy',
      calls: { create: 'PutScalingPolicy', update: 'PutScalingPolicy', delete: 'DeleteScalingPolicy' },
      id: (context) => `${targetId(context)}/${text(context.attributes['name'])}`,
      stateId: '{name}',
      arn: ({ region, accountId, attributes }) =>
        `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:${randomUuid()}:resource/${text(attributes['service_namespace'])}/${text(attributes['resource_id'])}:policyName/${text(attributes['name'])}`,
      replaces: ['name', 'resource_id', 'scalable_dimension', 'service_namespace'],
      defaults: {
        policy_type: 'StepScaling',
        'target_tracking_scaling_policy_configuration.disable_scale_in': false,
      },
      allowed: { policy_type: ['PredictiveScaling', 'StepScaling', 'TargetTrackingScaling'] },
      computed: { alarm_arns: trackingAlarms },
      checks: [
        (context) => {
          const { attributes, account, region } = context;
          if (account.find('aws_appautoscaling_target', region, targetId(context)) === undefined) {
            throw new AwsError(
              'ObjectNotFoundException',
              `No scalable target registered for service namespace: ${text(attributes['service_namespace'])}, resource ID: ${text(attributes['resource_id'])}, scalable dimension: ${text(attributes['scalable_dimension'])}`,
              { path: ['resource_id'] },
            );
          }
        },
      ],
      overwrites: () => true,
    },
  },
};

/** Identifier of a target: `ecs/service/shop/orders/ecs:service:DesiredCount`. */
function targetId({ attributes }: ResourceContext): string {
  return ['service_namespace', 'resource_id', 'scalable_dimension'].map((name) => text(attributes[name])).join('/');
}

/** Target tracking makes two alarms of its own for a policy. */
function trackingAlarms({ region, accountId, attributes }: ResourceContext): readonly string[] {
  if (attributes['policy_type'] !== 'TargetTrackingScaling') return [];
  return ['AlarmHigh', 'AlarmLow'].map(
    (alarm) =>
      `arn:aws:cloudwatch:${region}:${accountId}:alarm:TargetTracking-${text(attributes['resource_id'])}-${alarm}-${randomUuid()}`,
  );
}
