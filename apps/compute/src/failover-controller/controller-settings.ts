import type { Environment } from '@dr/environments';
import {
  DEFAULT_RECOVERY_SETTINGS,
  overlappingRunMs,
  type RecoverySettings,
  validateRecoverySettings,
} from '@dr/recovery';

/** The settings of recovery that an environment stands for; what it does not say has the defaults of `@dr/recovery`. */
export function controllerSettings(environment: Environment): RecoverySettings {
  const { objectives, recovery, regions } = environment;
  const defaults = DEFAULT_RECOVERY_SETTINGS;
  const detection = { ...defaults.detection, failureThreshold: recovery.failureThreshold };
  return validateRecoverySettings(`libs/environments/src/environments/${environment.name}.ts`, {
    ...defaults,
    regions: { primary: regions.primary.name, standby: regions.standby.name },
    mode: recovery.mode,
    detection,
    controllerRunMs: overlappingRunMs({ detection, fencing: defaults.fencing }),
    guard: {
      ...defaults.guard,
      maximumLossMs: objectives.dataLossMs,
      maximumLagAgeMs: recovery.maximumLagAgeSeconds * 1_000,
    },
    timeouts: {
      ...defaults.timeouts,
      promotionMs: recovery.promotionTimeoutSeconds * 1_000,
      switchoverMs: recovery.promotionTimeoutSeconds * 1_000,
    },
  });
}
