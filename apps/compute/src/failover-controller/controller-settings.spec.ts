import { loadEnvironment } from '@dr/environments';
import { controllerSettings } from './controller-settings';

const { regions } = loadEnvironment('prod');
const SETTINGS = controllerSettings(loadEnvironment('prod'));

describe("the controller's settings", () => {
  it('are those of the environment, and a person promotes in production', () => {
    expect(SETTINGS).toMatchObject({
      mode: 'approval',
      regions: { primary: regions.primary.name, standby: regions.standby.name },
      detection: { failureThreshold: 3 },
      guard: { maximumLossMs: 5_000, maximumLagAgeMs: 180_000 },
      timeouts: { promotionMs: 900_000, switchoverMs: 900_000 },
    });
    expect(controllerSettings(loadEnvironment('local')).mode).toBe('automatic');
  });
});
