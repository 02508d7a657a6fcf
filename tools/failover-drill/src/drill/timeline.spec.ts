import { type Attempt, lossOf, recoveryOf, triesSince } from './timeline';

const attempt = (beganAtMs: number, region: string | null, lastsMs = 100): Attempt => ({
  beganAtMs,
  endedAtMs: beganAtMs + lastsMs,
  region,
});

describe('the recovery that a client saw', () => {
  it('lasts from the fault to the end of the first success after the last failure', () => {
    const attempts = [
      attempt(0, 'east'),
      attempt(1_000, null, 2_000),
      attempt(3_000, 'west'),
      attempt(4_000, null),
      attempt(5_000, 'west'),
      attempt(6_000, 'west'),
    ];

    expect(recoveryOf(attempts, 500, 'west')).toEqual({ recoveryMs: 4_600, failed: 2 });
  });

  it('is none while the other region does not serve', () => {
    expect(recoveryOf([attempt(0, 'east'), attempt(1_000, null)], 500, 'west').recoveryMs).toBeNull();
    expect(recoveryOf([attempt(0, 'east'), attempt(1_000, 'east')], 500, 'west').recoveryMs).toBeNull();
    expect(recoveryOf([], 500, 'west').recoveryMs).toBeNull();
  });

  it('counts a try that was under way when the region broke', () => {
    expect(recoveryOf([attempt(400, null, 2_000), attempt(2_500, 'west')], 500, 'west')).toEqual({
      recoveryMs: 2_100,
      failed: 1,
    });
  });
});

it('counts the tries that began after a time, and none that was under way and was served', () => {
  const attempts = [attempt(450, 'east', 100), attempt(1_000, null, 2_000), attempt(3_000, 'west')];

  expect(triesSince(attempts, 500)).toEqual({ tries: 2, failed: 1 });
});

describe('the loss', () => {
  const acknowledged = [
    { id: 'a', atMs: 100 },
    { id: 'b', atMs: 300 },
    { id: 'c', atMs: 450 },
  ];

  it('is what was acknowledged and is gone, from the first such write to the fault', () => {
    expect(lossOf(acknowledged, new Set(['a']), 500)).toEqual({ writes: 2, windowMs: 200 });
  });

  it('is nothing where everything is there', () => {
    expect(lossOf(acknowledged, new Set(['a', 'b', 'c']), 500)).toEqual({ writes: 0, windowMs: 0 });
  });
});
