import type { EnvironmentSettings } from '../environment';

/** The sandbox account on one machine: production's shape at the smallest size. */
export const local: EnvironmentSettings = {
  name: 'local',
  platform: 'dr',
  accountId: '000000000000',
  costCentre: 'none',
  domainName: 'trading.example.com',
  regions: {
    primary: { name: 'us-east-1', cidrBlock: '10.10.0.0/16' },
    standby: { name: 'us-west-2', cidrBlock: '10.20.0.0/16' },
    witness: 'us-east-2',
  },
  network: { zoneCount: 3, natGateways: 'per-zone', interfaceEndpoints: true },
  database: {
    name: 'trading',
    engineVersion: '16.6',
    instanceClass: 'db.r6g.large',
    instancesPerRegion: 2,
    connectionAlarm: 1_000,
    backupRetentionDays: 1,
  },
  archive: { backupRetentionDays: 1, auditRetentionDays: 30 },
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
  notifications: { emails: [] },
  deletionProtection: false,
  healthCheckFunction: { memoryMb: 512, timeoutSeconds: 5, reservedConcurrency: 20 },
  recovery: { mode: 'automatic', failureThreshold: 3, maximumLagAgeSeconds: 180, promotionTimeoutSeconds: 900 },
  dns: { zone: 'create', recordTtlSeconds: 10, healthCheckIntervalSeconds: 10, healthCheckFailureThreshold: 2 },
  logRetentionDays: 7,
  stateBackend: { kind: 'local' },
};
