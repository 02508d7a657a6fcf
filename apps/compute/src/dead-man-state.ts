import { AlarmTopic, EncryptionKey, MetricAlarm } from '@dr/aws-constructs';
import { pascalCase } from '@dr/construct-id';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformApp, PlatformState } from '@dr/platform-stack';
import { METRIC_NAMESPACE, RUN_METRIC, runDimensions } from '@dr/recovery';

const PERIOD_SECONDS = 60;
/** A controller reports twice a minute: a run that comes late, or whose reports are lost, is no alarm. */
const PERIODS = 2;

/**
 * The dead-man: alarms in the witness region that notify once failover controllers report no runs, whatever is broken where
 * they are. It decides nothing, and reads nothing of another state, so that it is planned and applied whichever region is
 * dark. With the witness region dark it is silent.
 */
export class DeadManState extends PlatformState<Environment> {
  private readonly topicArn: string;

  constructor(app: PlatformApp<Environment>) {
    const { witness } = app.environment.regions;
    super(app, `dead-man-${witness}`, { ...app.stateProps, region: witness });
    const { accountId, notifications } = this.environment;

    const { keyArn } = new EncryptionKey(this, 'Key', {
      alias: this.resourceName(NAME_LIMITS.kmsAlias, 'dead-man'),
      description: 'Notices that no failover controller runs',
      accountId,
      users: [{ service: 'cloudwatch' }],
    });
    this.topicArn = new AlarmTopic(this, 'Notices', {
      topicName: this.resourceName(NAME_LIMITS.snsTopic, 'dead-man'),
      accountId,
      kmsKeyArn: keyArn,
      emails: notifications.emails,
    }).topicArn;
    for (const region of app.servingRegions) this.missOne(region);
    this.missAll();
  }

  private missOne(region: string): void {
    this.alarm(`Missing${pascalCase(region)}`, {
      alarmName: this.resourceName(NAME_LIMITS.alarm, 'failover-controller-missing', region),
      description: `No run of the failover controller in ${region} has been reported for ${PERIODS} minutes. See docs/runbooks/failover.md.`,
      dimensions: runDimensions(region),
    });
  }

  private missAll(): void {
    this.alarm('NoneRunning', {
      alarmName: this.resourceName(NAME_LIMITS.alarm, 'no-failover-controller-running'),
      description: `No failover controller has run for ${PERIODS} minutes: nobody watches, and nothing takes over. See docs/runbooks/failover.md.`,
      dimensions: runDimensions(),
    });
  }

  private alarm(
    id: string,
    props: { readonly alarmName: string; readonly description: string; readonly dimensions: Record<string, string> },
  ): void {
    new MetricAlarm(this, id, {
      ...props,
      namespace: METRIC_NAMESPACE,
      metricName: RUN_METRIC,
      statistic: 'Maximum',
      comparison: 'below',
      threshold: 1,
      periodSeconds: PERIOD_SECONDS,
      evaluationPeriods: PERIODS,
      // Nothing is reported where nothing runs: that is the very failure.
      missingData: 'breaching',
      missingValue: 0,
      topicArns: [this.topicArn],
    });
  }
}
