import type { PlanReport } from './plan-report';
import { runSummary, stackSummary } from './run-summary';

type StateReport = PlanReport['states'][number];

const state = (name: string, more: Partial<StateReport>): StateReport => ({
  stack: 'data',
  state: name,
  region: 'us-east-1',
  outcome: 'applied',
  provisional: false,
  changes: [],
  drift: [],
  ...more,
});
const changes = (...actions: StateReport['changes'][number]['action'][]) =>
  actions.map((action, n) => ({ address: `aws_x.R${n}`, type: 'aws_x', action, attributes: [] }));

const summary = (states: StateReport[], mode: PlanReport['mode'] = 'deploy') =>
  runSummary({ version: 1, mode, environment: 'local', account: 'sandbox', states });

describe('runSummary', () => {
  it('has a row for each state that changes, and counts the others', () => {
    expect(
      summary([
        state('data-us-east-1', { changes: changes('create', 'replace', 'update', 'destroy'), seconds: 12.3 }),
        state('data-keys-us-east-1', {}),
        state('data-keys-us-west-2', {}),
      ]),
    ).toBe(
      [
        'state           added  changed  destroyed    took',
        'data-us-east-1      2        1          2  12.3 s',
        '2 of 3 states are unchanged',
      ].join('\n'),
    );
  });

  it('names what was not done, and says what to do', () => {
    const text = summary([
      state('network-us-east-1', { outcome: 'failed', changes: changes('create'), seconds: 61 }),
      state('data-us-east-1', { outcome: 'not-begun', changes: changes('update') }),
      state('data-keys-us-east-1', { outcome: 'not-begun' }),
      state('data-us-west-2', { outcome: 'left' }),
    ]);

    expect(text).toMatch(/^network-us-east-1 +1 +0 +0 +1 min 01 s {2}failed$/m);
    expect(text).toMatch(/^data-us-east-1 +0 +1 +0 +not begun$/m);
    expect(text).not.toContain('data-keys-us-east-1');
    expect(text).toMatch(/^data-us-west-2 +0 +0 +0 +left as it is$/m);
    expect(text).toMatch(/^4 of 4 states are not done: put right the errors, and run the same command again$/m);
  });

  it('is one line where nothing changes', () => {
    expect(summary([state('a', {}), state('b', {})])).toBe('2 of 2 states are unchanged');
  });
});

describe('stackSummary', () => {
  const report: PlanReport = {
    version: 1,
    mode: 'deploy',
    environment: 'local',
    account: 'sandbox',
    states: [
      state('data-us-east-1', { seconds: 12.3 }),
      state('data-us-west-2', { seconds: 50 }),
      state('global-dns', { stack: 'global-dns', seconds: 4.5 }),
    ],
  };

  it('has the time of the states of that stack, and not of the run', () => {
    expect(stackSummary(report, 'data')).toBe('data: deployed, 1 min 02 s of 2 states, added up');
    expect(stackSummary(report, 'global-dns')).toBe('global-dns: deployed, 4.5 s of 1 state');
  });
});
