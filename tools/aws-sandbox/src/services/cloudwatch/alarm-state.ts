/** State value of an alarm [CloudWatch API Reference, MetricAlarm]. */
export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** State of an alarm, and the time of its last change. */
export interface AlarmState {
  readonly value: StateValue;
  /** For a person. */
  readonly reason: string;
  /** JSON; empty for none. */
  readonly reasonData: string;
  /** Time of the last change of the value, ms since 1970; undefined for an alarm that was never evaluated or set. */
  readonly changedAtMs: number | undefined;
}
