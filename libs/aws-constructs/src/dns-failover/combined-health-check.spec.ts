import { synthesizeConstructs } from '@dr/testing';
import { CombinedHealthCheck } from './combined-health-check';

const combine = (...healthCheckIds: string[]) =>
  synthesizeConstructs((scope) => {
    new CombinedHealthCheck(scope, 'Combined', { name: 'prod-us-east-1', healthCheckIds });
  });

describe('CombinedHealthCheck', () => {
  it('is healthy while all of its checks are', () => {
    expect(combine('deep', 'latch').resource('aws_route53_health_check')).toEqual({
      type: 'CALCULATED',
      child_healthchecks: ['deep', 'latch'],
      child_health_threshold: 2,
      tags: { Name: 'prod-us-east-1' },
    });
  });

  it('fails when there is nothing to combine', () => {
    expect(() => combine('deep')).toThrow(
      'constructs/Combined: healthCheckIds has 1 checks, expected 2 to 256. Use the only check itself, or fewer.',
    );
  });
});
