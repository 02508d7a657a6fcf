import { type Effect, effectIsCurrent } from './effect';
import { failoverIn } from './situation-for-test';

const BEGUN_BY: readonly Effect[] = [
  { kind: 'promote', target: 'us-west-2', epoch: 2, beginByMs: 505_900 },
  { kind: 'switch-over', target: 'us-east-1', epoch: 2, beginByMs: 505_900 },
  { kind: 'prove-write', region: 'us-west-2', version: 10, beginByMs: 505_900 },
];

const BEGUN_ANY_TIME: readonly Effect[] = [
  { kind: 'write', write: { expected: { version: 9 }, next: failoverIn('guarding') }, reason: 'drained' },
  { kind: 'notify', notice: { id: '2:draining', subject: 'epoch 2', text: 'The standby took the epoch.' } },
  { kind: 'wait', ms: 5_000, reason: 'the global database is changing' },
  { kind: 'none', reason: 'waiting for a person' },
];

describe('effectIsCurrent', () => {
  it.each(BEGUN_BY)('holds for $kind until a millisecond before its time', (effect) => {
    expect(effectIsCurrent(effect, 0)).toBe(true);
    expect(effectIsCurrent(effect, 505_899)).toBe(true);
  });

  it.each(BEGUN_BY)('does not hold for $kind from its time on', (effect) => {
    expect(effectIsCurrent(effect, 505_900)).toBe(false);
    expect(effectIsCurrent(effect, 86_905_900)).toBe(false);
  });

  it.each(BEGUN_BY)('does not hold for $kind on a clock that shows no time', (effect) => {
    expect(effectIsCurrent(effect, Number.NaN)).toBe(false);
  });

  it('does not hold for a time of 0, the earliest that a clock shows', () => {
    expect(effectIsCurrent({ kind: 'promote', target: 'us-west-2', epoch: 2, beginByMs: 0 }, 0)).toBe(false);
  });

  it.each(BEGUN_ANY_TIME)('holds for $kind at any time', (effect) => {
    expect(effectIsCurrent(effect, 0)).toBe(true);
    expect(effectIsCurrent(effect, Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});
