import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowedSince, isAllowed } from './allowed-since';
import { repositoryPerTest } from '../revision/repository-for-test';

const { commit, folder } = repositoryPerTest();

it('counts entries of the environment that were written over a commit that the base contains', async () => {
  const first = commit('deployed in prod');
  const base = commit('main');
  const later = commit('of another branch');
  const entry = { environment: 'prod', state: 'data-us-east-1', address: 'aws_x.Db', action: 'replace', reason: 'r' };
  writeFileSync(
    join(folder(), 'allowed-changes.json'),
    JSON.stringify([
      { ...entry, address: 'aws_x.A', from: first },
      { ...entry, address: 'aws_x.B', from: base.slice(0, 12) },
      { ...entry, address: 'aws_x.Later', from: later },
      { ...entry, address: 'aws_x.Unknown', from: '0123456789ab' },
      { ...entry, address: 'aws_x.Dev', environment: 'dev', from: first },
    ]),
  );

  const allowed = await allowedSince(folder(), 'prod', base);

  expect(allowed.map(({ address }) => address)).toEqual(['aws_x.A', 'aws_x.B']);
  const loss = { state: 'data-us-east-1', address: 'aws_x.A', action: 'replace' };
  expect(isAllowed(allowed, loss)).toBe(true);
  expect(isAllowed(allowed, { ...loss, action: 'destroy' })).toBe(false);
  expect(isAllowed(allowed, { ...loss, state: 'data-us-west-2' })).toBe(false);
  expect(isAllowed(allowed, { ...loss, address: 'aws_x.Later' })).toBe(false);
});
