/** What an alarm says [CloudWatch API Reference, MetricAlarm]. */
export const STATE_VALUES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type StateValue = (typeof STATE_VALUES)[number];

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
