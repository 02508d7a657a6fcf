import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { EncryptionKey, type EncryptionKeyProps } from './encryption-key';

function synthesizeKey(changes: Partial<EncryptionKeyProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new EncryptionKey(scope, 'Key', { alias: 'orders', description: 'Order book', ...changes });
  });
}

describe('EncryptionKey', () => {
  it('rotates, and can be restored for 30 days after its deletion, unless told otherwise', () => {
    expect(synthesizeKey().resource('aws_kms_key')).toEqual({
      description: 'Order book',
      enable_key_rotation: true,
      deletion_window_in_days: 30,
    });
  });

  it('has an alias', () => {
    expect(synthesizeKey().resource('aws_kms_alias')).toEqual({
      name: 'alias/orders',
      target_key_id: expect.stringMatching(/^\$\{aws_kms_key\.Key_[0-9A-F]{8}\.key_id\}$/),
    });
  });

  it.each([7, 30])('takes a deletion window of %d days', (deletionWindowInDays) => {
    const { deletion_window_in_days } = synthesizeKey({ deletionWindowInDays }).resource('aws_kms_key');

    expect(deletion_window_in_days).toBe(deletionWindowInDays);
  });

  it.each([6, 31, 7.5, Number.NaN])('refuses a deletion window of %d days', (deletionWindowInDays) => {
    expect(() => synthesizeKey({ deletionWindowInDays })).toThrow(
      new Error(
        `constructs/Key: deletionWindowInDays is ${deletionWindowInDays}, expected a whole number from 7 to 30. Correct it.`,
      ),
    );
  });
});
