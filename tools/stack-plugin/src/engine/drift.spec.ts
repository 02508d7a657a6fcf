import { driftOf } from './drift';
import { driftIssues, ghArguments, type LookedAt } from './drift-issues';
import type { PlanReport } from './plan-report';

type StateReport = PlanReport['states'][number];

const update = (address: string): StateReport['changes'][number] => ({
  address,
  type: 'aws_x',
  action: 'update',
  attributes: [{ path: 'size', before: 1, after: 2 }],
});

const state = (name: string, more: Partial<StateReport> = {}): StateReport => ({
  stack: name.replace(/-us-.*/, ''),
  state: name,
  region: 'us-east-1',
  outcome: 'planned',
  asDeployed: true,
  provisional: false,
  changes: [],
  drift: [],
  ...more,
});

const driftIn = (...states: StateReport[]) =>
  driftOf({ version: 1, mode: 'plan', environment: 'prod', account: 'aws', states });

describe('driftOf', () => {
  it('is what was changed outside Terraform, whatever the code is', () => {
    const drift = [update('aws_x.A')];

    expect(
      driftIn(
        state('network-us-east-1', { changes: [...drift], drift }),
        state('data-us-east-1', { asDeployed: false, changes: [...drift, update('aws_x.New')], drift }),
      ),
    ).toMatchObject([
      { kind: 'drifted', drift, pending: 0 },
      { kind: 'drifted', drift, pending: 2 },
    ]);
  });

  it('is also what a deploy of the very code that is deployed would change, and nothing that only the code changes', () => {
    const changes = [update('aws_x.A')];

    expect(
      driftIn(
        state('network-us-east-1', { changes }),
        state('data-us-east-1', { changes, asDeployed: false }),
        // What it reads is not deployed: a change of another state's code.
        state('compute-us-east-1', { changes, provisional: true }),
        state('global-dns-us-east-1'),
      ).map(({ kind, drift, pending }) => [kind, drift.length, pending]),
    ).toEqual([
      ['drifted', 1, 0],
      ['pending', 0, 1],
      ['pending', 0, 1],
      ['as-deployed', 0, 0],
    ]);
  });

  it('is unknown where the state could not be planned', () => {
    expect(driftIn(state('network-us-east-1', { outcome: 'failed', problem: 'no' }))).toMatchObject([
      { kind: 'unknown', problem: 'no' },
    ]);
  });
});

describe('driftIssues', () => {
  const LOOKED_AT: LookedAt = {
    environment: 'prod',
    account: 'aws',
    at: '2026-11-27T03:00:00.000Z',
    commit: 'f'.repeat(40),
    ownerOf: (stack) => `${stack}-team`,
  };
  const drifted = (name: string) => state(name, { drift: [update('aws_x.A')], changes: [update('aws_x.A')] });
  const OPEN = [
    { number: 3, title: 'Drift of data in prod' },
    { number: 4, title: 'Drift of data in dev' },
    { number: 5, title: 'Drift of compute in prod' },
    { number: 6, title: 'Drift of global-dns in prod' },
  ];

  it('opens one a stack, rewrites one that is open, and closes one of a stack that drifts no more', () => {
    const issues = driftIssues(
      driftIn(
        drifted('network-us-east-1'),
        drifted('network-us-west-2'),
        drifted('data-us-east-1'),
        state('compute-us-east-1'),
        // Nobody knows whether it still drifts.
        state('global-dns-us-east-1', { outcome: 'failed', problem: 'no' }),
      ),
      OPEN,
      LOOKED_AT,
    );

    expect(issues.map(({ action, title, number }) => [action, title, number])).toEqual([
      ['close', 'Drift of compute in prod', 5],
      ['edit', 'Drift of data in prod', 3],
      ['create', 'Drift of network in prod', undefined],
    ]);
    expect(ghArguments(issues, (stack) => `dist/issues/${stack}.md`)).toBe(
      'issue close 5 --comment "No drift any more."\n' +
        'issue edit 3 --body-file "dist/issues/data.md"\n' +
        'issue create --title "Drift of network in prod" --label drift --body-file "dist/issues/network.md"\n',
    );
  });

  it('says whose it is, what changed, and the two ways out', () => {
    const [issue] = driftIssues(driftIn(drifted('network-us-east-1'), drifted('network-us-west-2')), [], LOOKED_AT);

    expect(issue?.body).toBe(
      [
        'Owner: network-team. Environment prod in aws, looked at 2026-11-27T03:00:00.000Z from ffffffffffff.',
        ...['network-us-east-1', 'network-us-west-2'].map(
          (name) =>
            `**${name}**, from what is recorded to what is there, or to what a deploy makes of it:\n\n\`\`\`\nupdate aws_x.A\n  size: 1 → 2\n\`\`\``,
        ),
        'To undo it: `npx nx deploy network -c prod`. To keep it: put it into the code of network, and deploy that; its plan is empty then.',
        '',
      ].join('\n\n'),
    );
  });
});
