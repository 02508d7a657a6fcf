import { parseControllerEnvironment, SETTINGS_VARIABLE, TARGET_VARIABLES } from './controller-environment';
import { DEFAULT_RECOVERY_SETTINGS } from './recovery-settings';

const SETTINGS = { ...DEFAULT_RECOVERY_SETTINGS, regions: { primary: 'us-east-1', standby: 'us-west-2' } };

const variables = (change: Readonly<Record<string, string | undefined>> = {}) => ({
  ...Object.fromEntries(Object.values(TARGET_VARIABLES).map((name) => [name, `value of ${name}`])),
  [SETTINGS_VARIABLE]: JSON.stringify(SETTINGS),
  ...change,
});

describe('parseControllerEnvironment', () => {
  it('reads every target and the settings', () => {
    const { settings, targets } = parseControllerEnvironment(variables());

    expect(settings).toEqual(SETTINGS);
    expect(targets).toMatchObject({
      controlTableName: 'value of CONTROL_TABLE_NAME',
      topicArn: 'value of NOTICE_TOPIC_ARN',
    });
  });

  it('works with what a release deployed that had neither regional checks nor a canary', () => {
    const { targets } = parseControllerEnvironment(
      variables({ PRIMARY_REGION_CHECK_ARN: undefined, STANDBY_REGION_CHECK_ARN: undefined, WRITE_CANARY_ARN: '' }),
    );

    expect(targets).toMatchObject({ primaryRegionCheckArn: '', standbyRegionCheckArn: '', writeCanaryArn: '' });
  });

  it('names every variable that is missing, and no value', () => {
    expect(() => parseControllerEnvironment(variables({ CLUSTER_IDENTIFIER: undefined, WITNESS_REGION: '' }))).toThrow(
      new Error('failover-controller: CLUSTER_IDENTIFIER is missing; WITNESS_REGION is missing. Deploy compute again.'),
    );
  });

  it('refuses settings that are no JSON, or out of range', () => {
    expect(() => parseControllerEnvironment(variables({ RECOVERY_SETTINGS: '{' }))).toThrow(
      new Error('failover-controller: RECOVERY_SETTINGS is not JSON. Deploy compute again.'),
    );
    const reckless = JSON.stringify({ ...SETTINGS, detection: { ...SETTINGS.detection, failureThreshold: 1 } });
    expect(() => parseControllerEnvironment(variables({ RECOVERY_SETTINGS: reckless }))).toThrow(
      'RECOVERY_SETTINGS: detection.failureThreshold is 1, expected a whole number from 2 to 20. Correct it there and deploy again.',
    );
  });
});
