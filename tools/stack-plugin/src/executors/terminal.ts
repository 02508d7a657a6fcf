import { openSync, readlinkSync, writeSync } from 'node:fs';
import type { DisplaySink } from '../engine/progress-display';

const PLAIN_COLUMNS = 80;

/**
 * Where a run shows itself: the terminal where there is one, else standard output in plain lines.
 *
 * Nx reads a batch's output through a pipe. Where Nx itself writes to a terminal and streams (`--output-style=stream`),
 * that terminal is written to directly, since nothing else draws on it then.
 */
export function openTerminal(): DisplaySink {
  if (process.env['CI']) return plainOutput();
  if (process.stdout.isTTY) {
    return { isTTY: true, columns: process.stdout.columns, write: (text) => void process.stdout.write(text) };
  }
  const terminal = process.env['NX_STREAM_OUTPUT'] === 'true' ? terminalOfParent() : undefined;
  if (terminal === undefined) return plainOutput();
  const descriptor = openSync(terminal, 'w');
  return { isTTY: true, columns: PLAIN_COLUMNS, write: (text) => void writeSync(descriptor, text) };
}

/**
 * A sink that an interrupt turns to the terminal itself: Nx, through which a batch writes, ends at once at a Ctrl-C, while
 * Terraform finishes in the background, and what becomes of it is to be seen.
 *
 * @param openTty opens the terminal that the command was typed at; throws where there is none
 */
export function turningAtInterrupt(
  sink: DisplaySink,
  interrupt: AbortSignal,
  openTty: () => number = () => openSync('/dev/tty', 'w'),
): DisplaySink {
  let turned: DisplaySink | undefined;
  const onAbort = () => {
    try {
      const descriptor = openTty();
      turned = { ...sink, write: (text) => void writeSync(descriptor, text) };
      // The shell has written its prompt by then.
      turned.write('\n');
    } catch {
      // Typed at no terminal: whoever reads the output goes on reading it.
    }
  };
  interrupt.addEventListener('abort', onAbort, { once: true });
  return {
    isTTY: sink.isTTY,
    columns: sink.columns,
    write(text) {
      try {
        (turned ?? sink).write(text);
      } catch (error) {
        // The terminal was closed: the work goes on.
        if (turned === undefined) throw error;
      }
    },
  };
}

function plainOutput(): DisplaySink {
  return { isTTY: false, columns: PLAIN_COLUMNS, write: (text) => void process.stdout.write(text) };
}

/** The terminal that the parent's standard output is, on Linux; undefined where it is none or unknown. */
function terminalOfParent(): string | undefined {
  try {
    const target = readlinkSync(`/proc/${process.ppid}/fd/1`);
    return /^\/dev\/(pts\/\d+|tty\w*)$/.test(target) ? target : undefined;
  } catch {
    return undefined;
  }
}
