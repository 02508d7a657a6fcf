import { nearestName } from './nearest-name';

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

  it('is none where no name is known', () => {
    expect(nearestName('status', [])).toBeUndefined();
  });
});
