import type { EnvironmentSettings } from '../environment';

/** A shared AWS account for development: both regions, at the lowest cost that can still fail over. */
export const dev: EnvironmentSettings = {
  name: 'dev',
  platform: 'dr',
  accountId: '111111111111',
  costCentre: 'trading-development',
  domainName: 'dev.trading.example.com',
  regions: {
    primary: { name: 'us-east-1', cidrBlock: '10.30.0.0/16' },
    standby: { name: 'us-west-2', cidrBlock: '10.40.0.0/16' },
    witness: 'us-east-2',
  },
  network: { zoneCount: 3, natGateways: 'single', interfaceEndpoints: false },
  database: {
    name: 'trading',
    engineVersion: '16.6',
    instanceClass: 'db.r6g.large',
    instancesPerRegion: 2,
    connectionAlarm: 1_000,
    backupRetentionDays: 3,
  },
  archive: { backupRetentionDays: 7, auditRetentionDays: 90 },
  objectives: { entryRecoverySeconds: 60, sqlRecoverySeconds: 1_200, dataLossMs: 5_000 },
  service: {
    port: 8080,
    healthCheckPath: '/healthz',
    clientKeepAliveSeconds: 60,
    cpuUnits: 256,
    memoryMb: 512,
    taskCount: 2,
    maximumTaskCount: 4,
    requestLimitPerAddress: 2_000,
  },
  notifications: { emails: ['trading-dev@example.com'] },
  deletionProtection: false,
  healthCheckFunction: { memoryMb: 512, timeoutSeconds: 5, reservedConcurrency: 20 },
  recovery: { mode: 'automatic', failureThreshold: 3, maximumLagAgeSeconds: 180, promotionTimeoutSeconds: 900 },
  dns: { zone: 'create', recordTtlSeconds: 10, healthCheckIntervalSeconds: 30, healthCheckFailureThreshold: 1 },
  logRetentionDays: 14,
  stateBackend: { kind: 's3', bucketPrefix: 'dr-dev-tfstate-111111111111' },
};
