import type { ChangeCounts } from './terraform-events';

/** Where one state is. */
export interface StateProgress {
  readonly phase: 'waiting' | 'init' | 'plan' | 'planned' | 'apply' | 'done' | 'failed' | 'skipped';
  /** Resources that the plan changes; 0 until there is a plan. */
  readonly total: number;
  readonly done: number;
  /** Addresses that are being made, changed or removed now. */
  readonly current: readonly string[];
}

/** All states of a run, in the order they are shown. */
export type RunProgress = ReadonlyMap<string, StateProgress>;

const BAR_WIDTH = 24;

/** The part of the bar that planning fills. */
const PLANNING_SHARE = 0.25;

/**
 * The progress of a run as lines for a terminal: a bar over all states, then a line for each that is at work.
 *
 * @param elapsedMs since the run began
 * @param width columns; lines are cut to it
 */
export function renderProgress(progress: RunProgress, elapsedMs: number, width: number): readonly string[] {
  const states = [...progress.entries()];
  const total = states.reduce((sum, [, state]) => sum + state.total, 0);
  const done = states.reduce((sum, [, state]) => sum + state.done, 0);
  const finished = states.filter(([, { phase }]) => ['done', 'failed', 'skipped'].includes(phase)).length;
  const planned = states.filter(([, { phase }]) => !['waiting', 'init', 'plan'].includes(phase)).length;
  // All totals are known once every state is planned: until then only plans move the bar, so that it never goes back.
  const applied = planned < states.length ? 0 : total === 0 ? finished / states.length : done / total;
  const share = PLANNING_SHARE * (planned / Math.max(1, states.length)) + (1 - PLANNING_SHARE) * applied;
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const head = `${bar} ${done} of ${total} resources, ${finished} of ${states.length} states, ${formatElapsed(elapsedMs)}`;
  const atWork = states
    .filter(([, { phase }]) => ['init', 'plan', 'apply'].includes(phase))
    .map(([name, state]) => `  ${name}: ${describeState(state)}`);
  return [head, ...atWork].map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
}

/** One state in words: `apply 3 of 12, making aws_subnet.A`. */
export function describeState({ phase, total, done, current }: StateProgress): string {
  if (phase !== 'apply') return phase;
  const making = current.length === 0 ? '' : `, ${current.slice(0, 2).join(', ')}${current.length > 2 ? ' …' : ''}`;
  return `apply ${done} of ${total}${making}`;
}

/** `3 to add, 1 to change` */
export function describeCounts({ add, change, remove }: ChangeCounts): string {
  const parts = [
    [add, 'to add'],
    [change, 'to change'],
    [remove, 'to destroy'],
  ] as const;
  const named = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return named.length === 0 ? 'no change' : named.join(', ');
}

/** `4.2 s`, `1 min 05 s` */
export function formatElapsed(elapsedMs: number): string {
  if (elapsedMs < 60_000) return `${(elapsedMs / 1000).toFixed(1)} s`;
  const seconds = Math.floor(elapsedMs / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
