import { synthesizeConstructs } from '@dr/testing';
import { LogGroup } from './log-group';

describe('LogGroup', () => {
  it('is encrypted, and its events end', () => {
    const state = synthesizeConstructs((scope) => {
      new LogGroup(scope, 'Log', { name: '/orders', retentionDays: 30, kmsKeyArn: 'arn:aws:kms:key' });
    });

    expect(state.resource('aws_cloudwatch_log_group')).toEqual({
      name: '/orders',
      retention_in_days: 30,
      kms_key_id: 'arn:aws:kms:key',
    });
  });
});
