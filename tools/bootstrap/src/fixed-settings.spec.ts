import { loadEnvironment } from '@dr/environments';
import { fixedSettings } from './fixed-settings';

describe('the settings that a bootstrap compares with deployed stacks', () => {
  it('are those that mean another account, other buckets or other names', () => {
    const { fixed } = fixedSettings(loadEnvironment('prod'));

    expect(fixed).toMatchObject({
      accountId: '222222222222',
      'regions.primary.name': 'us-east-1',
      'stateBackend.bucketPrefix': 'dr-prod-tfstate-222222222222',
    });
  });

  it('are not those that a stack changes: its roles are made before', () => {
    const { fixed, growing, steps } = fixedSettings(loadEnvironment('prod'));

    expect(Object.keys(fixed).filter((path) => ['service.port', 'dns.zone', 'database.name'].includes(path))).toEqual(
      [],
    );
    expect({ growing, steps }).toEqual({ growing: {}, steps: {} });
  });
});
