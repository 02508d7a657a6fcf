import { fencedTransaction } from './fenced-transaction';
import { WriteRefusedError } from './write-fence';

// What the server does with these messages is shown with PostgreSQL, in the specs of the sandbox's databases.
let sent: string[];
let remainingMs: number;
let failing: { readonly text: RegExp; readonly error: Error } | undefined;
beforeEach(() => {
  sent = [];
  remainingMs = 1_000.4;
  failing = undefined;
});

const admitted = {
  epoch: 3,
  get remainingMs() {
    return remainingMs;
  },
};
const connection = {
  query: async (text: string) => {
    sent.push(text.replace(/\s+/g, ' '));
    if (failing?.text.test(text)) throw failing.error;
    return { rows: [{ now_ms: 5_000 }] };
  },
};
const write = () =>
  fencedTransaction(connection, admitted, async () => {
    await connection.query('INSERT');
    return 'written';
  });

describe('a fenced transaction', () => {
  it('is checked by the server in the message that commits, by what was left when the server told its clock', async () => {
    const written = fencedTransaction(connection, admitted, async () => {
      remainingMs = 1;
      return 'written';
    });

    expect(await written).toBe('written');
    expect(sent[0]).toBe('BEGIN');
    expect(sent[1]).toContain(`set_config('idle_in_transaction_session_timeout', '1000', true)`);
    expect(sent[2]).toMatch(/^DO .* >= 6000\.400 THEN .*; COMMIT$/);
    expect(sent).toHaveLength(3);
  });

  it('is not begun without time, and not committed by a process that sees its end', async () => {
    const late = fencedTransaction(connection, admitted, async () => (remainingMs = 0));
    await expect(late).rejects.toThrow(WriteRefusedError);
    expect(sent.at(-1)).toBe('ROLLBACK');

    sent = [];
    await expect(write()).rejects.toThrow('the transaction of epoch 3 reached its deadline and was rolled back.');
    expect(sent).toEqual([]);
  });

  it.each(['58FEN', '25P03', '25P04'])('is refused where the server ended it: %s', async (code) => {
    failing = { text: /COMMIT/, error: Object.assign(new Error('ended'), { code }) };

    await expect(write()).rejects.toThrow(WriteRefusedError);
  });

  it('is rolled back with what the write threw', async () => {
    failing = { text: /INSERT/, error: new Error('duplicate key') };

    await expect(write()).rejects.toThrow('duplicate key');
    expect(sent.at(-1)).toBe('ROLLBACK');
  });
});
