import { didYouMean, nearestName } from './nearest-name';

describe('the nearest name', () => {
  it.each([
    ['failovr', 'failover'],
    ['fialback', 'failback'],
    ['aprove', 'approve'],
    ['stat', 'status'],
    ['failback', 'failback'],
  ])('of %s is %s', (mistyped, meant) => {
    expect(nearestName(mistyped, ['status', 'failover', 'failback', 'approve'])).toBe(meant);
  });

  it('of several at the same distance is the first', () => {
    expect(nearestName('us-east-3', ['us-east-1', 'us-east-2'])).toBe('us-east-1');
  });

  it.each([[[]], [['budget', 'drill']], [['constructor-of-something']]])('is none where none is near: %j', (known) => {
    expect(nearestName('status', known)).toBeUndefined();
  });
});

describe('the sentence about it', () => {
  it('names it as it is typed, or says nothing', () => {
    expect(didYouMean('yess', ['yes', 'json'], '--')).toBe('Did you mean --yes? ');
    expect(didYouMean('constructor', ['yes', 'json'], '--')).toBe('');
  });
});
