/**
 * Metric by which a failover controller reports each of its runs to the witness region, where alarms notify once it stays
 * away. Its value is one.
 */
export const RUN_METRIC = { namespace: 'Recovery', name: 'ControllerRuns' } as const;

/** Dimensions of {@link RUN_METRIC}: of the controller of one region, or of all of them together. */
export function runDimensions(region?: string): Readonly<Record<string, string>> {
  return { service: 'failover-controller', ...(region !== undefined && { region }) };
}
