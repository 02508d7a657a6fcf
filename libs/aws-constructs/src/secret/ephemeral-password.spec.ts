import { synthesizeConstructs } from '@dr/testing';
import { TerraformOutput } from 'cdktf';
import { EphemeralPassword } from './ephemeral-password';

describe('EphemeralPassword', () => {
  it('is an ephemeral resource, which neither a plan nor a state holds', () => {
    const { json } = synthesizeConstructs((scope) => {
      new EphemeralPassword(scope, 'Password', 24);
    });

    expect(json['ephemeral']).toEqual({
      aws_secretsmanager_random_password: { Password: { password_length: 24, exclude_punctuation: true } },
    });
    expect(json).not.toHaveProperty('resource');
    expect(json).not.toHaveProperty('data');
  });

  it('gives the expression of its own block', () => {
    const { json } = synthesizeConstructs((scope) => {
      const { password } = new EphemeralPassword(scope, 'Password', 24);
      new TerraformOutput(scope, 'Expression', { value: password, staticId: true });
    });

    expect(json['output']).toEqual({
      Expression: { value: '${ephemeral.aws_secretsmanager_random_password.Password.random_password}' },
    });
  });

  it('has a block of its own for each password of a state', () => {
    const { json } = synthesizeConstructs((scope) => {
      new EphemeralPassword(scope, 'First', 24);
      new EphemeralPassword(scope, 'Second', 32);
    });

    expect(json['ephemeral']).toEqual({
      aws_secretsmanager_random_password: {
        First: { password_length: 24, exclude_punctuation: true },
        Second: { password_length: 32, exclude_punctuation: true },
      },
    });
  });
});
