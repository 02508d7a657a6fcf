import { drainWaitMs } from './drain-wait';

describe('drainWaitMs', () => {
  it('is the lease and the longest write when clocks keep their rate', () => {
    expect(drainWaitMs({ permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 0 })).toBe(11_000);
  });

  it('is half as long again when clocks run up to a fifth fast or slow', () => {
    // 10 s on a clock that runs at 0.8 take 12.5 s, in which a clock that runs at 1.2 counts 15 s.
    expect(drainWaitMs({ permitLeaseMs: 6_000, inFlightMs: 4_000, clockRateDriftPpm: 200_000 })).toBe(15_000);
  });

  it('adds 0.4 % for a drift of 0.2 %, and never rounds down', () => {
    // 11,000 × 1.002 = 11,022; 11,022 / 0.998 = 11,044.09
    expect(drainWaitMs({ permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 2_000 })).toBe(11_045);
  });

  it('counts the smallest drift', () => {
    // 110 × 1.000001 / 0.999999 = 110.0002
    expect(drainWaitMs({ permitLeaseMs: 100, inFlightMs: 10, clockRateDriftPpm: 1 })).toBe(111);
  });

  it('is exact at the top of every range', () => {
    expect(drainWaitMs({ permitLeaseMs: 60_000, inFlightMs: 60_000, clockRateDriftPpm: 200_000 })).toBe(180_000);
  });
});
