import { describeCounts, formatElapsed, renderProgress, type StateProgress } from './progress';

const at = (change: Partial<StateProgress>): StateProgress => ({
  phase: 'waiting',
  total: 0,
  done: 0,
  current: [],
  ...change,
});

describe('renderProgress', () => {
  it('shows resources done of all, states, time, and what is being made', () => {
    const progress = new Map([
      ['network-us-east-1', at({ phase: 'done', total: 10, done: 10 })],
      [
        'network-us-west-2',
        at({ phase: 'apply', total: 10, done: 5, current: ['aws_subnet.A', 'aws_subnet.B', 'aws_eip.C'] }),
      ],
      ['mirror', at({ phase: 'planned' })],
    ]);

    expect(renderProgress(progress, 4_210, 120)).toEqual([
      '███████████████████░░░░░ 15 of 20 resources, 1 of 3 states, 4.2 s',
      '  network-us-west-2: apply 5 of 10, aws_subnet.A, aws_subnet.B …',
    ]);
  });

  it('has an empty bar before there is a plan', () => {
    expect(renderProgress(new Map([['a', at({ phase: 'plan' })]]), 0, 80)).toEqual([
      '░░░░░░░░░░░░░░░░░░░░░░░░ 0 of 0 resources, 0 of 1 states, 0.0 s',
      '  a: plan',
    ]);
  });

  it('never goes back: while states are planned it fills a part, then what is applied fills the rest', () => {
    const bar = (...states: readonly StateProgress[]) => {
      const [head = ''] = renderProgress(new Map(states.map((state, n) => [`s${n}`, state])), 0, 120);
      return head.split('█').length - 1;
    };
    const filled = [
      bar(at({ phase: 'plan' }), at({})),
      bar(at({ phase: 'planned', total: 10 }), at({ phase: 'plan' })),
      bar(at({ phase: 'planned', total: 10 }), at({ phase: 'planned', total: 90 })),
      bar(at({ phase: 'apply', total: 10, done: 5 }), at({ phase: 'planned', total: 90 })),
      bar(at({ phase: 'done', total: 10, done: 10 }), at({ phase: 'apply', total: 90 })),
      // A plan that turned out smaller than what was shown.
      bar(at({ phase: 'done', total: 10, done: 10 }), at({ phase: 'apply', total: 20, done: 5 })),
      bar(at({ phase: 'done', total: 10, done: 10 }), at({ phase: 'done', total: 20, done: 20 })),
    ];

    expect(filled).toEqual([...filled].sort((a, b) => a - b));
    expect([filled[0], filled.at(-1)]).toEqual([0, 24]);
  });

  it('cuts lines to the terminal', () => {
    const lines = renderProgress(new Map([['a-very-long-name-of-a-state', at({ phase: 'init' })]]), 0, 20);

    expect(lines.map((line) => line.length)).toEqual([20, 20]);
  });
});

describe('describeCounts', () => {
  it.each([
    [{ add: 3, change: 1, remove: 2 }, '3 to add, 1 to change, 2 to destroy'],
    [{ add: 0, change: 0, remove: 2 }, '2 to destroy'],
    [{ add: 0, change: 0, remove: 0 }, 'no change'],
  ])('%j is "%s"', (counts, text) => {
    expect(describeCounts(counts)).toBe(text);
  });
});

describe('formatElapsed', () => {
  it.each([
    [0, '0.0 s'],
    [59_949, '59.9 s'],
    [60_000, '1 min 00 s'],
    [125_999, '2 min 05 s'],
  ])('%d ms is "%s"', (elapsedMs, text) => {
    expect(formatElapsed(elapsedMs)).toBe(text);
  });
});
