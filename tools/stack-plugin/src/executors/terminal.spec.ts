import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { turningAtInterrupt } from './terminal';

const folder = mkdtempSync(join(tmpdir(), 'dr-terminal-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A sink whose reader ends with the interrupt, as Nx does. */
function readByNx(interrupt: AbortSignal) {
  const read: string[] = [];
  const write = (text: string) => {
    if (interrupt.aborted) throw new Error('write EPIPE');
    read.push(text);
  };
  return { read, sink: { isTTY: false, columns: 80, write } };
}

describe('a run that is interrupted', () => {
  it('goes on at the terminal that it was typed at', () => {
    const interrupt = new AbortController();
    const { read, sink } = readByNx(interrupt.signal);
    const terminal = join(folder, 'tty');
    const turning = turningAtInterrupt(sink, interrupt.signal, () => openSync(terminal, 'w'));

    turning.write('begun\n');
    interrupt.abort();
    turning.write('saved\n');

    expect(read).toEqual(['begun\n']);
    expect(readFileSync(terminal, 'utf8')).toBe('\nsaved\n');
  });

  it('is not ended by a terminal that is closed meanwhile', () => {
    const interrupt = new AbortController();
    let descriptor = 0;
    const open = () => (descriptor = openSync(join(folder, 'closed'), 'w'));
    const turning = turningAtInterrupt(readByNx(interrupt.signal).sink, interrupt.signal, open);
    interrupt.abort();
    closeSync(descriptor);

    expect(() => turning.write('saved\n')).not.toThrow();
  });

  it('goes on where it was read without a terminal', () => {
    const interrupt = new AbortController();
    const read: string[] = [];
    const sink = { isTTY: false, columns: 80, write: (text: string) => void read.push(text) };
    const turning = turningAtInterrupt(sink, interrupt.signal, () => {
      throw new Error('ENXIO');
    });

    interrupt.abort();
    turning.write('saved\n');

    expect(read).toEqual(['saved\n']);
  });
});
