import { describeState, formatElapsed, renderProgress, type RunProgress, type StateProgress } from './progress';

/** Where a run shows itself. */
export interface ProgressDisplay {
  /** A message that stays. */
  say(text: string): void;
  update(state: string, change: Partial<StateProgress>): void;
  end(): void;
}

export interface DisplaySink {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

const REDRAW_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 10_000;

/** A bar that is redrawn where there is a terminal, a line now and then where there is none. */
export function createProgressDisplay(
  states: readonly string[],
  sink: DisplaySink,
  now: () => number = Date.now,
): ProgressDisplay {
  const begun = now();
  const progress = new Map<string, StateProgress>(
    states.map((name) => [name, { phase: 'waiting', total: 0, done: 0, current: [] }]),
  );
  return sink.isTTY ? terminalDisplay(progress, sink, begun, now) : plainDisplay(progress, sink, begun, now);
}

function terminalDisplay(
  progress: Map<string, StateProgress>,
  sink: DisplaySink,
  begun: number,
  now: () => number,
): ProgressDisplay {
  let drawnLines = 0;
  const erase = () => {
    if (drawnLines > 0) sink.write(`\r\u001b[${drawnLines}A\u001b[J`);
    drawnLines = 0;
  };
  const draw = () => {
    const lines = renderProgress(progress as RunProgress, now() - begun, sink.columns);
    erase();
    sink.write(`${lines.join('\n')}\n`);
    drawnLines = lines.length;
  };
  const timer = setInterval(draw, REDRAW_INTERVAL_MS);
  timer.unref();
  return {
    say(text) {
      erase();
      sink.write(`${text}\n`);
      draw();
    },
    update(state, change) {
      progress.set(state, { ...(progress.get(state) as StateProgress), ...change });
    },
    end() {
      clearInterval(timer);
      erase();
    },
  };
}

function plainDisplay(
  progress: Map<string, StateProgress>,
  sink: DisplaySink,
  begun: number,
  now: () => number,
): ProgressDisplay {
  const timer = setInterval(() => {
    for (const [name, state] of progress) {
      if (['init', 'plan', 'apply'].includes(state.phase)) {
        sink.write(`${name}: ${describeState(state)} (${formatElapsed(now() - begun)})\n`);
      }
    }
  }, PLAIN_INTERVAL_MS);
  timer.unref();
  return {
    say: (text) => sink.write(`${text}\n`),
    update(state, change) {
      progress.set(state, { ...(progress.get(state) as StateProgress), ...change });
    },
    end: () => clearInterval(timer),
  };
}
