import { type Decision, decide, decideTrust } from './decide';
import type { RequestContext } from './match-text';
import type { Conditions, PolicyDocument, PolicyStatement } from './policy-document';

const TABLE = 'arn:aws:dynamodb:us-east-1:111111111111:table/orders';

const policy = (...statements: readonly PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

const all: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

const asked = (statements: readonly PolicyStatement[], action = 'dynamodb:GetItem', context: RequestContext = {}) =>
  decide({ action, resource: TABLE, context }, { identity: [policy(...statements)] });

describe('identity policies', () => {
  it.each<[string, readonly PolicyStatement[], Decision]>([
    ['nothing', [], 'not allowed'],
    ['an action and a resource', [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE }], 'allowed'],
    ['an action in another case', [{ Effect: 'Allow', Action: 'DynamoDB:getitem', Resource: TABLE }], 'allowed'],
    ['a resource in another case', [{ Effect: 'Allow', Action: '*', Resource: TABLE.toUpperCase() }], 'not allowed'],
    [
      'wildcards',
      [{ Effect: 'Allow', Action: 'dynamodb:Get????', Resource: 'arn:aws:dynamodb:*:table/o*' }],
      'allowed',
    ],
    ['another action', [{ Effect: 'Allow', Action: 'dynamodb:Put*', Resource: '*' }], 'not allowed'],
    ['another resource', [{ Effect: 'Allow', Action: '*', Resource: `${TABLE}-archive` }], 'not allowed'],
    ['one of several', [{ Effect: 'Allow', Action: ['s3:*', 'dynamodb:*'], Resource: ['arn:x', TABLE] }], 'allowed'],
    ['all actions but others', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'allowed'],
    ['all actions but this', [{ Effect: 'Allow', NotAction: 'dynamodb:*', Resource: '*' }], 'not allowed'],
    ['all resources but this', [{ Effect: 'Allow', Action: '*', NotResource: TABLE }], 'not allowed'],
    ['all resources but another', [{ Effect: 'Allow', Action: '*', NotResource: 'arn:x' }], 'allowed'],
    ['no action', [{ Effect: 'Allow', Resource: '*' }], 'not allowed'],
    ['no resource', [{ Effect: 'Allow', Action: '*' }], 'not allowed'],
    ['a denial besides', [all, { Effect: 'Deny', Action: 'dynamodb:*', Resource: TABLE }], 'denied'],
    ['a denial before', [{ Effect: 'Deny', Action: '*', Resource: '*' }, all], 'denied'],
    ['a denial of all but another', [all, { Effect: 'Deny', Action: '*', NotResource: 'arn:x' }], 'denied'],
    ['a denial of another', [all, { Effect: 'Deny', Action: 's3:*', Resource: '*' }], 'allowed'],
    [
      'a dot that is a dot',
      [{ Effect: 'Allow', Action: '*', Resource: TABLE.replace('dynamodb', 'dynamod.') }],
      'not allowed',
    ],
  ])('with %s', (_what, statements, decision) => {
    expect(asked(statements)).toBe(decision);
  });

  it('are read one statement or several, of one document or several', () => {
    const deny: PolicyDocument = { Version: '2012-10-17', Statement: { ...all, Effect: 'Deny' } };

    expect(decide({ action: 'a:B', resource: '*' }, { identity: [policy(all)] })).toBe('allowed');
    expect(decide({ action: 'a:B', resource: '*' }, { identity: [policy(all), deny] })).toBe('denied');
  });
});

describe('a permissions boundary', () => {
  const within = (boundary: readonly PolicyStatement[], identity: readonly PolicyStatement[] = [all]) =>
    decide(
      { action: 'dynamodb:GetItem', resource: TABLE },
      { identity: [policy(...identity)], boundary: [policy(...boundary)] },
    );

  it('allows nothing by itself, and limits what is allowed', () => {
    expect(within([all], [])).toBe('not allowed');
    expect(within([])).toBe('not allowed');
    expect(within([{ ...all, Action: 's3:*' }])).toBe('not allowed');
    expect(within([{ ...all, Action: 'dynamodb:*' }])).toBe('allowed');
    expect(within([all, { ...all, Effect: 'Deny', Action: 'dynamodb:*' }])).toBe('denied');
  });
});

describe('a condition', () => {
  const meets = (Condition: Conditions, context: RequestContext) =>
    asked([{ ...all, Condition }], 'dynamodb:GetItem', context) === 'allowed';

  it.each<[Conditions, RequestContext, boolean]>([
    [{ StringEquals: { k: 'a' } }, { k: 'a' }, true],
    [{ StringEquals: { k: 'a' } }, { k: 'A' }, false],
    [{ StringEquals: { k: 'a' } }, {}, false],
    [{ StringEquals: { 'aws:ResourceTag/Stack': 'a' } }, { 'aws:resourcetag/stack': 'a' }, true],
    [{ StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    [{ StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
    [{ StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'b' }, true],
    [{ StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'c' }, false],
    [{ StringEquals: { k: 'a' }, StringLike: { l: 'b*' } }, { k: 'a', l: 'c' }, false],
    [{ StringNotEquals: { k: 'a' } }, { k: 'b' }, true],
    [{ StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    [{ StringNotEquals: { k: 'a' } }, {}, true],
    [{ StringEqualsIfExists: { k: 'a' } }, {}, true],
    [{ StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    [{ StringNotEqualsIfExists: { k: 'a' } }, { k: 'a' }, false],
    [{ StringEqualsIgnoreCase: { k: 'Ab' } }, { k: 'aB' }, true],
    [{ StringNotEqualsIgnoreCase: { k: 'Ab' } }, { k: 'aB' }, false],
    [{ StringLike: { k: 'repo:acme/*:environment:prod' } }, { k: 'repo:acme/x:environment:prod' }, true],
    [{ StringLike: { k: 'repo:acme/*' } }, { k: 'repo:acmes/x' }, false],
    [{ StringNotLike: { k: 'a*' } }, { k: 'ab' }, false],
    [{ ArnLike: { k: 'arn:aws:sns:*:1:t*' } }, { k: 'arn:aws:sns:eu-west-1:1:topic' }, true],
    [{ ArnLike: { k: 'arn:aws:sns:*:t*' } }, { k: 'arn:aws:sns:eu-west-1:1:topic' }, false],
    [{ ArnNotEquals: { k: 'arn:aws:s3:::a*' } }, { k: 'arn:aws:s3:::ab' }, false],
    [{ ArnEquals: { k: 'arn:aws:ec2:r:1:a/b:c' } }, { k: 'arn:aws:ec2:r:1:a/b:c' }, true],
    [{ Bool: { k: true } }, { k: 'true' }, true],
    [{ Bool: { k: 'false' } }, { k: 'true' }, false],
    [{ Null: { k: 'true' } }, {}, true],
    [{ Null: { k: true } }, { k: 'a' }, false],
    [{ Null: { k: 'false' } }, { k: 'a' }, true],
    [{ NumericLessThan: { k: 5 } }, { k: '4' }, true],
    [{ NumericLessThanEquals: { k: '5' } }, { k: '5' }, true],
    [{ NumericGreaterThan: { k: '5' } }, { k: '5' }, false],
    [{ NumericGreaterThanEquals: { k: '5' } }, { k: '10' }, true],
    [{ NumericEquals: { k: '5' } }, { k: '5.0' }, true],
    [{ NumericNotEquals: { k: '5' } }, { k: '5' }, false],
    [{ 'ForAllValues:StringLike': { k: 'a*' } }, { k: ['ab', 'ac'] }, true],
    [{ 'ForAllValues:StringLike': { k: 'a*' } }, { k: ['ab', 'b'] }, false],
    [{ 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
    [{ 'ForAllValues:StringEquals': { k: 'a' } }, { k: [] }, true],
    [{ 'ForAnyValue:StringEquals': { k: 'a' } }, { k: ['a', 'b'] }, true],
    [{ 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
    [{ 'ForAnyValue:StringNotEquals': { k: 'a' } }, {}, false],
    [{ StringEquals: { k: '${aws:PrincipalTag/stack}' } }, { k: 'a', 'aws:PrincipalTag/stack': 'a' }, true],
    [{ StringEquals: { k: '${aws:PrincipalTag/stack}' } }, { k: 'a' }, false],
    [{ StringNotEquals: { k: '${aws:PrincipalTag/stack}' } }, { k: 'a' }, true],
    [{ StringEquals: { k: "${l, 'none'}" } }, { k: 'none' }, true],
    [{ StringLike: { k: '${l}' } }, { k: 'abc', l: '*' }, false],
    [{ StringLike: { k: '${l}' } }, { k: '*', l: '*' }, true],
    [{ StringLike: { k: 'a${*}' } }, { k: 'ab' }, false],
    [{ StringEquals: { k: '${*}${?}${$}' } }, { k: '*?$' }, true],
  ])('%j with %j', (condition, context, isMet) => {
    expect(meets(condition, context)).toBe(isMet);
  });

  it('with an operator that is not evaluated is refused, and not passed over', () => {
    expect(() => meets({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, {})).toThrow(
      /^condition operator is IpAddress, expected one of StringEquals, .*Bool, Null\. Use one of these/,
    );
    expect(() => meets({ constructor: { k: 'a' } }, { k: 'a' })).toThrow(/^condition operator is constructor/);
  });
});

describe('a variable in a resource', () => {
  it('is what the request says, and matches nothing where it says nothing', () => {
    const own: PolicyStatement = { ...all, Resource: 'arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/stack}' };

    expect(asked([own], 'dynamodb:GetItem', { 'aws:PrincipalTag/stack': 'orders' })).toBe('allowed');
    expect(asked([own], 'dynamodb:GetItem', { 'aws:PrincipalTag/stack': 'or*' })).toBe('not allowed');
    expect(asked([own])).toBe('not allowed');
  });
});

describe('a trust policy', () => {
  const provider = 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com';
  const trust = policy({
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'token.actions.githubusercontent.com:sub': 'repo:acme/x:environment:prod' } },
  });
  const comes = (sub: string, principal: Record<string, string> = { Federated: provider }, document = trust) =>
    decideTrust(
      {
        action: 'sts:AssumeRoleWithWebIdentity',
        principal,
        context: { 'token.actions.githubusercontent.com:sub': sub },
      },
      document,
    );

  it('lets in whom it names, under its conditions', () => {
    expect(comes('repo:acme/x:environment:prod')).toBe('allowed');
    expect(comes('repo:acme/x:environment:dev')).toBe('not allowed');
    expect(comes('repo:acme/x:environment:prod', { Federated: `${provider}2` })).toBe('not allowed');
    expect(comes('repo:acme/x:environment:prod', { AWS: provider })).toBe('not allowed');
    expect(comes('x', { AWS: 'anybody' }, policy({ Effect: 'Allow', Action: '*', Principal: '*' }))).toBe('allowed');
    expect(comes('x', { AWS: 'anybody' }, policy({ Effect: 'Allow', Action: '*' }))).toBe('not allowed');
    expect(comes('x', { AWS: 'a' }, policy({ Effect: 'Deny', Action: '*', Principal: { AWS: '*' } }))).toBe('denied');
  });
});
