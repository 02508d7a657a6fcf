import type { RecoverySettings } from './recovery-settings';
import { validateRecoverySettings } from './validate-recovery-settings';

/** Resources that a recovery acts on, as the stacks published them. */
export interface RecoveryTargets {
  readonly controlTableName: string;
  readonly globalClusterIdentifier: string;
  /** The standby's cluster, whose lag counts. */
  readonly clusterIdentifier: string;
  /** ARNs of the regions' clusters; empty in releases that had none. */
  readonly primaryClusterArn: string;
  readonly standbyClusterArn: string;
  readonly databaseName: string;
  readonly secretArn: string;
  /** Hosts of the public health checks, asked where there is no function of {@link primaryRegionCheckArn}. */
  readonly primaryHealthCheckHost: string;
  readonly standbyHealthCheckHost: string;
  /** Functions that find whether a region can serve; empty in releases that had none. */
  readonly primaryRegionCheckArn: string;
  readonly standbyRegionCheckArn: string;
  /** Names of the regions' own entries, whatever failover answers. */
  readonly primaryEntryHost: string;
  readonly standbyEntryHost: string;
  /** Name that clients use, and failover answers; empty in releases whose controllers knew none. */
  readonly serviceHost: string;
  /** Function that tries SQL writes in the controller's own region; empty in releases that had none. */
  readonly writeCanaryArn: string;
  /** Path that a service which serves answers with success. */
  readonly entryPath: string;
  readonly witnessRegion: string;
  readonly topicArn: string;
}

/** Names of the variables that hold the controller's targets. The stack that deploys it sets every one. */
export const TARGET_VARIABLES = {
  controlTableName: 'CONTROL_TABLE_NAME',
  globalClusterIdentifier: 'GLOBAL_CLUSTER_IDENTIFIER',
  clusterIdentifier: 'CLUSTER_IDENTIFIER',
  primaryClusterArn: 'PRIMARY_CLUSTER_ARN',
  standbyClusterArn: 'STANDBY_CLUSTER_ARN',
  databaseName: 'DATABASE_NAME',
  secretArn: 'DATABASE_SECRET_ARN',
  primaryHealthCheckHost: 'PRIMARY_HEALTH_CHECK_HOST',
  standbyHealthCheckHost: 'STANDBY_HEALTH_CHECK_HOST',
  primaryRegionCheckArn: 'PRIMARY_REGION_CHECK_ARN',
  standbyRegionCheckArn: 'STANDBY_REGION_CHECK_ARN',
  primaryEntryHost: 'PRIMARY_ENTRY_HOST',
  standbyEntryHost: 'STANDBY_ENTRY_HOST',
  serviceHost: 'SERVICE_HOST',
  writeCanaryArn: 'WRITE_CANARY_ARN',
  entryPath: 'ENTRY_PATH',
  witnessRegion: 'WITNESS_REGION',
  topicArn: 'NOTICE_TOPIC_ARN',
} as const satisfies Record<keyof RecoveryTargets, string>;

/** The settings of recovery, as JSON. */
export const SETTINGS_VARIABLE = 'RECOVERY_SETTINGS';

export interface ControllerEnvironment {
  readonly targets: RecoveryTargets;
  readonly settings: RecoverySettings;
}

/** @throws Error that names every variable that is missing or wrong, without its value */
export function parseControllerEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): ControllerEnvironment {
  // A command of this release works with what the one before deployed.
  const optional: readonly string[] = [
    TARGET_VARIABLES.primaryClusterArn,
    TARGET_VARIABLES.primaryRegionCheckArn,
    TARGET_VARIABLES.serviceHost,
    TARGET_VARIABLES.standbyClusterArn,
    TARGET_VARIABLES.standbyRegionCheckArn,
    TARGET_VARIABLES.writeCanaryArn,
  ];
  const missing = [...Object.values(TARGET_VARIABLES), SETTINGS_VARIABLE].filter(
    (name) => !variables[name] && !optional.includes(name),
  );
  if (missing.length > 0) {
    const problems = missing.map((name) => `${name} is missing`).join('; ');
    throw new Error(`failover-controller: ${problems}. Deploy compute again.`);
  }
  const targets = Object.fromEntries(
    Object.entries(TARGET_VARIABLES).map(([target, name]) => [target, variables[name] ?? '']),
  ) as unknown as RecoveryTargets;
  const settings = validateRecoverySettings(SETTINGS_VARIABLE, parseSettings(variables[SETTINGS_VARIABLE] ?? ''));
  return { targets, settings };
}

function parseSettings(text: string): RecoverySettings {
  try {
    return JSON.parse(text) as RecoverySettings;
  } catch {
    throw new Error(`failover-controller: ${SETTINGS_VARIABLE} is not JSON. Deploy compute again.`);
  }
}
