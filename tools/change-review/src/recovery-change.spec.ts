import { recoveryChange } from './recovery-change';

it('has no tiers where the stacks have no failover', () => {
  const revision = { folder: '', manifests: [], states: [], objectives: undefined };

  expect(recoveryChange('local', revision, revision)).toEqual({ tiers: [], missed: [] });
});
