import type { ControlRecord, LosslessMove } from '../fencing/control-record';

/** Moves of one kind that controllers begin by themselves within {@link LIMIT_WINDOW_MS}; the next one needs a person. */
const MOST_MOVES = 2;
const LIMIT_WINDOW_MS = 600_000;

/** Whether controllers have begun as many moves of a kind lately as they may. */
export function isLimitReached(kind: LosslessMove['kind'], record: ControlRecord, wallClockMs: number): boolean {
  return recentMoves(record, wallClockMs).filter((move) => move.kind === kind).length >= MOST_MOVES;
}

/** The moves that still count, with one that begins now. */
export function movesWith(
  kind: LosslessMove['kind'],
  record: ControlRecord,
  wallClockMs: number,
): ControlRecord['losslessMoves'] {
  return [...recentMoves(record, wallClockMs), { kind, atMs: wallClockMs }];
}

/** Of a clock that is ahead, too: its moves count until they are old by this one. */
function recentMoves({ losslessMoves }: ControlRecord, wallClockMs: number): ControlRecord['losslessMoves'] {
  return losslessMoves.filter(({ atMs }) => wallClockMs - atMs < LIMIT_WINDOW_MS);
}
