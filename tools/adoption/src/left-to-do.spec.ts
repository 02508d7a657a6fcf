import { loadEnvironment } from '@dr/environments';
import { leftToDo } from './left-to-do';

const live = {
  ...loadEnvironment('local'),
  ...{ name: 'live', platform: 'acme', accountId: '123456789012', domainName: 'trading.acme.com' },
  notifications: { emails: ['oncall@acme.com'] },
};

const after = (changes: Partial<typeof live>, organization = 'acme') =>
  leftToDo({ environments: { 'live.ts': { ...live, ...changes } }, organization, teams: ['a-team', 'b-team'] });

it('names the roles, teams and variables of the company', () => {
  expect(after({})).toEqual([
    'Read through the rest of live.ts: address blocks, sizes, cost centres, retentions.',
    'Empty the list of tools/platform-e2e/src/upgrade-allowed-changes.json, commit, and tag the commit v1.0.0: the suite upgrade upgrades from there.',
    'Make the teams in the organization acme: a-team, b-team.',
    'npx nx run bootstrap:deploy -c live, as an administrator of its account.',
    "In the repository's settings, make the environments live, and the variables AWS_REGION=us-east-1, live_PLAN_ROLE=arn:aws:iam::123456789012:role/acme-live-plan.",
  ]);
});

it.each([
  [{ accountId: '222222222222' }, 'live.ts: accountId 222222222222 is an example. Write your own.'],
  [{ domainName: 'trading.example.com' }, 'live.ts: trading.example.com is an example. Write your own.'],
  [{ notifications: { emails: ['a@example.org'] } }, 'live.ts: a@example.org is an example. Write your own.'],
])('begins with what is still an example: %j', (changes, first) => {
  expect(after(changes)[0]).toBe(first);
  expect(after(changes)).toHaveLength(after({}).length + 1);
});

it('begins with a repository that is an example', () => {
  expect(after({}, 'example')[0]).toBe('package.json: repository is an example. Write your own.');
});
