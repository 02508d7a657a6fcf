import { drainWaitMs } from './fencing/drain-wait';
import { CONTROLLER_PERIOD_MS, overlappingRunMs } from './overlapping-run';
import { DEFAULT_RECOVERY_SETTINGS, OBSERVATION_PERIOD_MS } from './recovery-settings';

const { detection, fencing } = DEFAULT_RECOVERY_SETTINGS;

describe('a run that overlaps the next one', () => {
  it('is what the defaults have', () => {
    expect(overlappingRunMs({ detection, fencing })).toBe(DEFAULT_RECOVERY_SETTINGS.controllerRunMs);
  });

  it.each([2, 3, 10])('has time for all of a failure of %i rounds when the next one begins', (failureThreshold) => {
    const leftMs = overlappingRunMs({ detection: { ...detection, failureThreshold }, fencing }) - CONTROLLER_PERIOD_MS;

    expect(leftMs).toBeGreaterThan(failureThreshold * OBSERVATION_PERIOD_MS + drainWaitMs(fencing));
  });
});
