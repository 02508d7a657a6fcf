import { DEFAULT_RECOVERY_SETTINGS, type RecoverySettings, type RecoveryTargets } from '@dr/recovery';

/** The defaults, with us-east-1 as the primary and us-west-2 as the standby. */
export const SETTINGS: RecoverySettings = {
  ...DEFAULT_RECOVERY_SETTINGS,
  regions: { primary: 'us-east-1', standby: 'us-west-2' },
};

/** Targets that are nowhere. */
export const TARGETS: RecoveryTargets = {
  controlTableName: 'dr-test-control',
  globalClusterIdentifier: 'dr-test',
  clusterIdentifier: 'dr-test-us-west-2',
  primaryClusterArn: '',
  standbyClusterArn: '',
  databaseName: 'trading',
  secretArn: 'arn:aws:secretsmanager:us-west-2:111111111111:secret:trading-a1b2c3',
  primaryHealthCheckHost: 'primary.invalid',
  standbyHealthCheckHost: 'standby.invalid',
  primaryRegionCheckArn: 'arn:aws:lambda:us-east-1:111111111111:function:dr-test-region-check',
  standbyRegionCheckArn: 'arn:aws:lambda:us-west-2:111111111111:function:dr-test-region-check',
  primaryEntryHost: 'entry.primary.invalid',
  standbyEntryHost: 'entry.standby.invalid',
  serviceHost: 'trade.invalid',
  writeCanaryArn: 'arn:aws:lambda:us-west-2:111111111111:function:dr-test-write-canary',
  entryPath: '/healthz',
  witnessRegion: 'us-east-2',
  topicArn: 'arn:aws:sns:us-west-2:111111111111:failover',
};
