import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const iam = (call: string, refusal: string, status = 400) =>
  `operation error IAM: ${call}, https response error StatusCode: ${status}, ${refusal}`;

const policy = (change: ObjectValue = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' }, ...change },
    ],
  });

const role = (change: ObjectValue = {}): ObjectValue => ({
  name: 'api',
  assume_role_policy: policy(),
  ...change,
});

describe('a role', () => {
  it("has AWS's identifiers and belongs to no region", () => {
    terraform.close();
    terraform = new TerraformClient({ clock: () => new Date('2026-01-02T03:04:05.678Z') });

    const state = terraform.apply('aws_iam_role', role({ path: '/service/' }));

    expect(state).toMatchObject({
      id: 'api',
      arn: 'arn:aws:iam::000000000000:role/service/api',
      unique_id: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      create_date: '2026-01-02T03:04:05Z',
      max_session_duration: 3600,
    });
    expect(terraform.account.list('aws_iam_role', 'global')).toHaveLength(1);
  });

  it('has a name once in the account', () => {
    terraform.apply('aws_iam_role', role());

    expect(terraform.refusal('aws_iam_role', role())).toEqual([
      `creating IAM Role (api): ${iam('CreateRole', 'EntityAlreadyExists: Role with name api already exists.', 409)}`,
      'name',
    ]);
  });

  it('is no change where its policy is the same JSON in another form', () => {
    const state = terraform.apply('aws_iam_role', role());
    const spaced = JSON.stringify(JSON.parse(policy()), null, 2);

    expect(terraform.changes('aws_iam_role', role({ assume_role_policy: spaced }), state)).toEqual([]);
    expect(terraform.changes('aws_iam_role', role({ assume_role_policy: policy({ Effect: 'Deny' }) }), state)).toEqual([
      'assume_role_policy',
    ]);
  });

  it.each([
    ['no JSON', '{', 'This policy contains invalid Json'],
    ['no statement', '{"Version":"2012-10-17"}', 'Syntax errors in policy.'],
    ['an effect that is none', policy({ Effect: 'Maybe' }), 'Invalid effect: Maybe'],
    ['no action', policy().replace('"Action"', '"Verb"'), 'Policy statement must contain actions.'],
  ])('is refused a policy with %s', (_what, document, message) => {
    expect(terraform.refusal('aws_iam_role', role({ assume_role_policy: document }))).toEqual([
      `creating IAM Role (api): ${iam('CreateRole', `MalformedPolicyDocument: ${message}`)}`,
      'assume_role_policy',
    ]);
  });

  it.each([
    ['a b', 'It must contain only alphanumeric characters and/or the following: +=,.@_-'],
    ['x'.repeat(65), 'Member must have length less than or equal to 64'],
  ])('is refused the name %s', (name, rule) => {
    expect(terraform.refusal('aws_iam_role', role({ name }))).toEqual([
      `creating IAM Role (${name}): ${iam('CreateRole', `ValidationError: The specified value for roleName is invalid. ${rule}`)}`,
      'name',
    ]);
  });

  it('is not deleted while it has policies, unless it lets them go first', () => {
    const state = terraform.apply('aws_iam_role', role());
    const inline = terraform.apply('aws_iam_role_policy', { role: 'api', name: 'read', policy: policy() });
    expect(inline['id']).toBe('api:read');

    expect(terraform.refusalOfDestroy('aws_iam_role', state)).toEqual([
      `deleting IAM Role (api): ${iam('DeleteRole', 'DeleteConflict: Cannot delete entity, must delete policies first.', 409)}`,
      '',
    ]);
    const forced = terraform.apply('aws_iam_role', role({ force_detach_policies: true }), state);
    expect(terraform.destroy('aws_iam_role', forced)).toEqual([]);
    expect(terraform.account.size).toBe(0);
  });
});

describe('a policy', () => {
  it('is attached to a role, shows in both, and is kept while it is', () => {
    const state = terraform.apply('aws_iam_role', role());
    const managed = terraform.apply('aws_iam_policy', { name: 'read', policy: policy() });

    const attachment = terraform.apply('aws_iam_role_policy_attachment', {
      role: 'api',
      policy_arn: managed['arn'] ?? null,
    });

    expect(managed).toMatchObject({
      id: 'arn:aws:iam::000000000000:policy/read',
      arn: 'arn:aws:iam::000000000000:policy/read',
      policy_id: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      attachment_count: 0,
    });
    expect(attachment['id']).toBe('api/arn:aws:iam::000000000000:policy/read');
    expect(terraform.refresh('aws_iam_role', state)?.['managed_policy_arns']).toEqual([managed['arn']]);
    expect(terraform.refresh('aws_iam_policy', managed)?.['attachment_count']).toBe(1);
    expect(terraform.refusalOfDestroy('aws_iam_policy', managed)).toEqual([
      `deleting IAM Policy (arn:aws:iam::000000000000:policy/read): ${iam('DeletePolicy', 'DeleteConflict: Cannot delete a policy attached to entities.', 409)}`,
      '',
    ]);
    expect(terraform.refusalOfDestroy('aws_iam_role', state)?.[0]).toBe(
      `deleting IAM Role (api): ${iam('DeleteRole', 'DeleteConflict: Cannot delete entity, must detach all policies first.', 409)}`,
    );
  });

  it('is attached where both are there; those of AWS always are', () => {
    const attach = (change: ObjectValue) =>
      terraform.refusal('aws_iam_role_policy_attachment', {
        role: 'api',
        policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
        ...change,
      });
    terraform.apply('aws_iam_role', role());
    const creating = (refusal: string) =>
      `creating IAM Role Policy Attachment: ${iam('AttachRolePolicy', refusal, 404)}`;

    expect(attach({ role: 'missing' })).toEqual([
      creating('NoSuchEntity: The role with name missing cannot be found.'),
      'role',
    ]);
    expect(attach({ policy_arn: 'arn:aws:iam::000000000000:policy/missing' })).toEqual([
      creating('NoSuchEntity: Policy arn:aws:iam::000000000000:policy/missing does not exist or is not attachable.'),
      'policy_arn',
    ]);
    expect(attach({})).toBeUndefined();
  });

  it('is written by the policy document as the provider prints it', () => {
    const { state } = terraform.data('aws_iam_policy_document', {
      statement: [
        {
          sid: 'Read',
          actions: ['dynamodb:Query', 'dynamodb:GetItem'],
          resources: ['*'],
          condition: [{ test: 'StringEquals', variable: 'aws:SourceAccount', values: ['1'] }],
        },
        { effect: 'Deny', actions: ['*'], principals: [{ type: '*', identifiers: ['*'] }] },
      ],
    });

    expect(state?.['json']).toBe(`{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": [
        "dynamodb:Query",
        "dynamodb:GetItem"
      ],
      "Resource": "*",
      "Condition": {
        "StringEquals": {
          "aws:SourceAccount": "1"
        }
      }
    },
    {
      "Effect": "Deny",
      "Action": "*",
      "Principal": "*"
    }
  ]
}`);
  });
});
