/** Namespace of the controllers' own metrics. */
export const METRIC_NAMESPACE = 'Recovery';
/** Value of the dimension `service` that all of them have. */
export const CONTROLLER_SERVICE = 'failover-controller';
/**
 * Metric by which a failover controller reports that it runs, in its own region and to the witness region: alarms in both notify
 * once it stays away.
 * Its value is one.
 */
export const RUN_METRIC = 'ControllerRunning';

/** Dimensions of {@link RUN_METRIC}: of the controller of one region, or of all of them together. */
export function runDimensions(region?: string): Readonly<Record<string, string>> {
  return { service: CONTROLLER_SERVICE, ...(region !== undefined && { region }) };
}
