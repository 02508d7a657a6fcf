import type { ConditionalWrite } from '../fencing/conditional-write';
import type { Opening } from '../fencing/control-record';

/** A message to people. The id is the same however often it is sent. */
export interface Notice {
  /** `<epoch>:<step>` */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * The one thing to do next. The caller performs it, reads the ledger again and decides anew, whatever the outcome.
 *
 * `promote`, `switch-over`, `detach` and `prove-write` carry the time until which they may be begun, on the monotonic clock of the
 * process that decided: a process that was suspended must not act on a ledger read long ago (see `effectIsCurrent`).
 */
export type Effect =
  | { readonly kind: 'write'; readonly write: ConditionalWrite; readonly reason: string }
  /** Aurora `FailoverGlobalCluster` with data loss allowed, to the target's cluster. Called in the target's region. */
  | { readonly kind: 'promote'; readonly target: string; readonly epoch: number; readonly beginByMs: number }
  /** Aurora `SwitchoverGlobalCluster`, without loss, to the target's cluster. */
  | { readonly kind: 'switch-over'; readonly target: string; readonly epoch: number; readonly beginByMs: number }
  /** Aurora `RemoveFromGlobalCluster` of the target's cluster, which then writes alone. Called in the target's region. */
  | { readonly kind: 'detach'; readonly target: string; readonly epoch: number; readonly beginByMs: number }
  /** Writes a canary row in the region's database and reads it back. */
  | {
      readonly kind: 'prove-write';
      readonly region: string;
      readonly version: number;
      readonly beginByMs: number;
      /** A write that the database must have. @default none */
      readonly after?: Opening;
    }
  | { readonly kind: 'notify'; readonly notice: Notice }
  /** Nothing to do before `ms` have passed. */
  | { readonly kind: 'wait'; readonly ms: number; readonly reason: string }
  /** Nothing to do until something changes. */
  | { readonly kind: 'none'; readonly reason: string };

/** Whether an effect may still be begun at a time on the monotonic clock of the process that decided it, ms. */
export function effectIsCurrent(effect: Effect, monotonicMs: number): boolean {
  return !('beginByMs' in effect) || monotonicMs < effect.beginByMs;
}
