import type { EnvironmentSettings } from '../environment';

/** Production. `stacks adopt` writes a company's own account, domain, regions and state buckets here. */
export const prod: EnvironmentSettings = {
  name: 'prod',
  platform: 'dr',
  accountId: '222222222222',
  costCentre: 'trading-production',
  domainName: 'trading.example.com',
  regions: {
    primary: { name: 'us-east-1', cidrBlock: '10.50.0.0/16' },
    standby: { name: 'us-west-2', cidrBlock: '10.60.0.0/16' },
    witness: 'us-east-2',
  },
  network: { zoneCount: 3, natGateways: 'per-zone', interfaceEndpoints: true },
  database: {
    name: 'trading',
    engineVersion: '16.6',
    instanceClass: 'db.r6g.2xlarge',
    instancesPerRegion: 2,
    connectionAlarm: 4_000,
    backupRetentionDays: 35,
  },
  archive: { backupRetentionDays: 35, auditRetentionDays: 2555 },
  objectives: { entryRecoverySeconds: 60, sqlRecoverySeconds: 1_200, dataLossMs: 5_000 },
  service: {
    port: 8080,
    healthCheckPath: '/healthz',
    clientKeepAliveSeconds: 60,
    cpuUnits: 1024,
    memoryMb: 2048,
    taskCount: 6,
    maximumTaskCount: 60,
    requestLimitPerAddress: 2_000,
  },
  notifications: { emails: ['trading-oncall@example.com'] },
  deletionProtection: true,
  healthCheckFunction: { memoryMb: 1024, timeoutSeconds: 5, reservedConcurrency: 40 },
  recovery: { mode: 'approval', failureThreshold: 3, maximumLagAgeSeconds: 180, promotionTimeoutSeconds: 900 },
  dns: { zone: 'create', recordTtlSeconds: 10, healthCheckIntervalSeconds: 10, healthCheckFailureThreshold: 2 },
  logRetentionDays: 365,
  stateBackend: { kind: 's3', bucketPrefix: 'dr-prod-tfstate-222222222222' },
};
