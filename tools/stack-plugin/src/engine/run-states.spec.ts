import { runStates } from './run-states';

const order = (waits: Record<string, string[]>) =>
  new Map(Object.entries(waits).map(([name, waitsFor]) => [name, new Set(waitsFor)]));

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('runStates', () => {
  it('begins a state when all that it waits for is done', async () => {
    const events: string[] = [];

    await runStates(order({ c: ['a', 'b'], a: [], b: ['a'] }), 8, async (name) => {
      events.push(`begin ${name}`);
      await nextTurn();
      events.push(`end ${name}`);
    });

    expect(events).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  });

  it('runs independent states at once, up to the limit', async () => {
    let running = 0;
    let most = 0;

    await runStates(order({ a: [], b: [], c: [], d: [] }), 2, async () => {
      most = Math.max(most, ++running);
      await nextTurn();
      running--;
    });

    expect(most).toBe(2);
  });

  it('lets the others finish when one fails, and skips what waits for it, at any distance', async () => {
    const outcomes = await runStates(
      order({ last: ['next'], next: ['broken'], broken: [], other: [] }),
      8,
      async (name) => {
        await nextTurn();
        if (name === 'broken') throw new Error('refused');
        return `did ${name}`;
      },
    );

    expect(Object.fromEntries(outcomes)).toEqual({
      broken: { kind: 'failed', error: new Error('refused') },
      next: { kind: 'skipped', because: 'broken' },
      last: { kind: 'skipped', because: 'next' },
      other: { kind: 'done', result: 'did other' },
    });
  });
});
