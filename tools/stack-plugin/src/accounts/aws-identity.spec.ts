import { confirmIdentity } from './aws-identity';

const IDENTITY = { accountId: '222222222222', arn: 'arn:aws:sts::222222222222:assumed-role/deploy/ana' };
const failing = (name: string, message: string) => () => Promise.reject(Object.assign(new Error(message), { name }));
const confirm = (ask: () => Promise<typeof IDENTITY>) => confirmIdentity('prod', '222222222222', 'us-east-1', ask);

describe('the credentials of a shell', () => {
  it('are those of the environment, or nothing begins', async () => {
    await expect(confirm(() => Promise.resolve(IDENTITY))).resolves.toBe(IDENTITY);
    await expect(
      confirm(() => Promise.resolve({ accountId: '333333333333', arn: 'arn:aws:iam::333333333333:user/ana' })),
    ).rejects.toThrow(
      'prod: the credentials of this shell are of account 333333333333 (arn:aws:iam::333333333333:user/ana), ' +
        'expected 222222222222. Take those of that account and run this again. Nothing was changed.',
    );
  });

  it('that are missing are said once, with what to do', async () => {
    await expect(confirm(failing('CredentialsProviderError', 'Could not load'))).rejects.toThrow(
      'prod: no AWS credentials in this shell, expected those of account 222222222222. Log in, set AWS_PROFILE, and run ' +
        'this again. Nothing was changed.',
    );
  });

  it.each([
    ['ExpiredTokenException', 'The token is expired', 'ExpiredTokenException: The token is expired'],
    ['TimeoutError', 'aborted', 'no answer within 10 s'],
  ])('that AWS does not confirm are refused with its reason: %s', async (name, message, reason) => {
    await expect(confirm(failing(name, message))).rejects.toThrow(
      `prod: AWS (us-east-1) does not confirm the credentials of this shell: ${reason}. Expected those of account ` +
        '222222222222. Log in again and run this again. Nothing was changed.',
    );
  });
});
