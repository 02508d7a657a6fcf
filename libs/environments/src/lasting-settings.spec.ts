import { lastingSettings } from './lasting-settings';
import { loadEnvironment } from './load-environment';

const local = loadEnvironment('local');

describe('the settings that a deployment keeps', () => {
  it('are those that no deploy changes by itself, and those that only grow', () => {
    const { fixed, growing, beside } = lastingSettings(local);

    expect(fixed).toMatchObject({ domainName: 'trading.example.com', 'service.port': '8080', 'dns.zone': 'create' });
    expect(fixed).not.toHaveProperty(['service.taskCount']);
    expect(growing).toEqual({ 'network.zoneCount': '3', 'database.engineVersion': '16.6' });
    expect(beside).toBeUndefined();
  });

  it('have the buckets of the states where they are in some', () => {
    expect(lastingSettings(loadEnvironment('prod')).fixed).toMatchObject({
      'stateBackend.kind': 's3',
      'stateBackend.bucketPrefix': 'dr-prod-tfstate-222222222222',
    });
  });

  it('name the value that serves beside one, so that a deploy may exchange them', () => {
    const moving = { ...local, service: { ...local.service, secondPort: 9090 } };

    expect(lastingSettings(moving).beside).toEqual({ 'service.port': '9090' });
  });

  it('have steps where a deployed one can be changed, and none where only a new deployment has another', () => {
    const { steps, fixed } = lastingSettings(local);

    expect(Object.keys(steps).sort()).toEqual(['database.name', 'dns.zone', 'service.port']);
    expect(Object.keys(fixed)).toEqual(expect.arrayContaining(Object.keys(steps)));
  });
});
