/** What an alarm says [CloudWatch API Reference, MetricAlarm]. */
export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** How an alarm stands, and since when. */
export interface AlarmState {
  readonly value: StateValue;
  /** For a person. */
  readonly reason: string;
  /** JSON; empty for none. */
  readonly reasonData: string;
  /** When the value last changed, ms since 1970; undefined for an alarm that nothing was ever known of. */
  readonly changedAtMs: number | undefined;
}
