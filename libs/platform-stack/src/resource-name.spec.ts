import { NAME_LIMITS, resourceName } from './resource-name';

describe('resourceName', () => {
  it('joins its parts', () => {
    expect(resourceName(NAME_LIMITS.loadBalancer, 'trade', 'prod', 'orders')).toBe('trade-prod-orders');
  });

  it('takes a name as long as AWS allows', () => {
    // 11 + 1 + 20 characters.
    const name = resourceName(NAME_LIMITS.loadBalancer, 'trade-prod1', 'abcdefghijklmnopqrst');

    expect(name).toBe('trade-prod1-abcdefghijklmnopqrst');
  });

  it('refuses a longer one, since a name that is cut would collide', () => {
    expect(() => resourceName(NAME_LIMITS.loadBalancer, 'trade-prod1', 'abcdefghijklmnopqrstu')).toThrow(
      new Error(
        "load balancer: name is trade-prod1-abcdefghijklmnopqrstu (33 characters), expected at most 32. Shorten the platform's, the environment's or the resource's part of it.",
      ),
    );
  });

  // AWS's limits, from the API reference of each service.
  it.each([
    ['iamRole', 64],
    ['loadBalancer', 32],
    ['targetGroup', 32],
    ['lambdaFunction', 64],
    ['rdsIdentifier', 63],
    ['dynamodbTable', 255],
    ['secret', 512],
    ['securityGroup', 255],
    ['kmsAlias', 250],
  ] as const)('limits %s to %d characters', (kind, maxLength) => {
    expect(resourceName(NAME_LIMITS[kind], 'x'.repeat(maxLength))).toHaveLength(maxLength);
    expect(() => resourceName(NAME_LIMITS[kind], 'x'.repeat(maxLength + 1))).toThrow(`expected at most ${maxLength}.`);
  });
});
