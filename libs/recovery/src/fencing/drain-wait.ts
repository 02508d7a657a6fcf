import type { FencingSettings } from '../recovery-settings';

const MILLION = 1_000_000;

/**
 * How long a process must wait, on its own clock, after it saw that SQL writes are closed, before it may count on every
 * earlier write, promotion call and switchover call to have ended; ms.
 *
 * Let every clock run at a rate between 1 − ρ and 1 + ρ of real time. A permit was proved by a read that began before
 * the closing write took effect, so on the writer's clock it ends at most `permitLeaseMs` after that, and what was
 * admitted under it at most `inFlightMs` later: (permitLeaseMs + inFlightMs) / (1 − ρ) of real time, if that clock is
 * slow. The waiting process sees the closing no earlier than it took effect, and its own clock may be fast, so it must
 * count (1 + ρ) times as much. Only rates enter: what the clocks show is never compared between two machines.
 */
export function drainWaitMs({ permitLeaseMs, inFlightMs, clockRateDriftPpm }: FencingSettings): number {
  return Math.ceil(((permitLeaseMs + inFlightMs) * (MILLION + clockRateDriftPpm)) / (MILLION - clockRateDriftPpm));
}
