import { decideTrust, type PolicyDocument } from '@dr/iam-policy';
import { deployTrust, planTrust } from './trust';

const trusted = { repository: 'acme/trading', accountId: '111111111111' };

const becomes = (trust: PolicyDocument, sub: string, aud = 'sts.amazonaws.com', account = '111111111111') =>
  decideTrust(
    {
      action: 'sts:AssumeRoleWithWebIdentity',
      principal: { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` },
      context: { 'token.actions.githubusercontent.com:sub': sub, 'token.actions.githubusercontent.com:aud': aud },
    },
    trust,
  );

describe('the trust of a deploy role', () => {
  it.each([
    ['repo:acme/trading:environment:prod', 'allowed'],
    ['repo:acme/trading:environment:dev', 'not allowed'],
    ['repo:acme/trading:environment:production', 'not allowed'],
    ['repo:acme/trading:ref:refs/heads/main', 'not allowed'],
    ['repo:acme/trading:pull_request', 'not allowed'],
    ['repo:acme/trading-fork:environment:prod', 'not allowed'],
    ['repo:other/trading:environment:prod', 'not allowed'],
  ])('lets %s in: %s', (subject, decision) => {
    expect(becomes(deployTrust(trusted, 'prod'), subject)).toBe(decision);
  });

  it('lets in no token for somebody else, and none of another provider', () => {
    const trust = deployTrust(trusted, 'prod');

    expect(becomes(trust, 'repo:acme/trading:environment:prod', 'https://github.com/acme')).toBe('not allowed');
    expect(becomes(trust, 'repo:acme/trading:environment:prod', 'sts.amazonaws.com', '2')).toBe('not allowed');
  });
});

describe('the trust of the role that plans', () => {
  it.each([
    ['repo:acme/trading:pull_request', 'allowed'],
    ['repo:acme/trading:ref:refs/heads/main', 'allowed'],
    ['repo:acme/trading:environment:prod', 'allowed'],
    ['repo:acme/trading:ref:refs/heads/other', 'not allowed'],
    ['repo:acme/trading:environment:dev', 'not allowed'],
    ['repo:other/trading:pull_request', 'not allowed'],
  ])('lets %s in: %s', (subject, decision) => {
    expect(becomes(planTrust(trusted, 'prod'), subject)).toBe(decision);
  });
});
