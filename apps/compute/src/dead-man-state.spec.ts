import { loadEnvironment } from '@dr/environments';
import { synthesizeForTest } from '@dr/testing';
import { DeadManState } from './dead-man-state';

const { notifications, platform, regions } = loadEnvironment('prod');
const state = synthesizeForTest((app) => new DeadManState(app), loadEnvironment('prod')).state(
  `dead-man-${regions.witness}`,
);
const TOPIC = [expect.stringMatching(/^\$\{aws_sns_topic\.Notices_[0-9A-F]{8}\.arn\}$/)];

describe('the dead-man', () => {
  it('is in the witness region alone', () => {
    expect(state.json).toMatchObject({ provider: { aws: [{ region: regions.witness }] } });
  });

  it.each([
    [`failover-controller-missing-${regions.primary.name}`, { region: regions.primary.name }],
    [`failover-controller-missing-${regions.standby.name}`, { region: regions.standby.name }],
    ['no-failover-controller-running', {}],
  ])('notifies by %s once no run was reported for two minutes', (name, dimensions) => {
    const alarms = state.resources('aws_cloudwatch_metric_alarm');

    expect(alarms.find(({ alarm_name: found }) => found === `${platform}-prod-${name}`)).toMatchObject({
      metric_query: [
        { expression: 'FILL(observed, 0)', return_data: true },
        {
          metric: {
            namespace: 'Recovery',
            metric_name: 'ControllerRunning',
            dimensions: { service: 'failover-controller', ...dimensions },
            stat: 'Maximum',
            period: 60,
          },
        },
      ],
      comparison_operator: 'LessThanThreshold',
      threshold: 1,
      evaluation_periods: 2,
      treat_missing_data: 'breaching',
      alarm_actions: TOPIC,
      ok_actions: TOPIC,
    });
    expect(alarms).toHaveLength(3);
  });

  it('notifies everybody whom other alarms notify, by an encrypted topic', () => {
    expect(state.resource('aws_sns_topic')).toMatchObject({
      kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\./),
    });
    expect(state.resources('aws_sns_topic_subscription').map(({ endpoint }) => endpoint)).toEqual(notifications.emails);
  });

  it('needs no other state', () => {
    expect(state.resources('aws_ssm_parameter')).toEqual([]);
    expect(Object.keys((state.json as { readonly data?: object }).data ?? {})).toEqual([]);
  });
});
