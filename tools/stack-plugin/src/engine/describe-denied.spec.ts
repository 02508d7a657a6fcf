import { describeDenied, describeNoBoundary } from './describe-denied';
import { describeDiagnostic, parseTerraformLine } from './terraform-events';

const PROD = { environment: 'prod', account: 'aws' };
const GO_ON = 'What was made before it is in the state. Run this again then: it goes on from there.';

/** Line of `terraform apply -json` of a call that AWS refuses. */
const refusedLine = (summary: string) =>
  JSON.stringify({
    ...{ '@level': 'error', '@message': `Error: ${summary}`, '@module': 'terraform.ui', type: 'diagnostic' },
    diagnostic: { severity: 'error', summary, detail: '', address: 'aws_kms_key.Key' },
  });

/** Errors of the engine for lines of Terraform. */
const errorsOf = (...lines: readonly string[]) =>
  lines.flatMap((line) => {
    const event = parseTerraformLine(line);
    return event?.kind === 'diagnostic' ? [describeDiagnostic(event.diagnostic)] : [];
  });

/** As aws-sdk-go-v2 and IAM word it, for an action on a resource. */
const refusal = (principal: string, action: string, resource: string, why: string) =>
  refusedLine(
    `creating KMS Key: operation error KMS: CreateKey, https response error StatusCode: 400, RequestID: 1e2d, api error AccessDeniedException: User: arn:aws:${principal} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  );

const NETWORK = 'sts::222222222222:assumed-role/dr-prod-deploy-network/deploy-17';
const KEY = 'arn:aws:kms:us-east-1:222222222222:key/*';

describe('a permission that a role lacks', () => {
  it('is named with its resource, the role, the reason and where it is granted', () => {
    const line = refusal(
      NETWORK,
      'kms:CreateKey',
      KEY,
      'because no identity-based policy allows the kms:CreateKey action',
    );

    expect(describeDenied('network-us-east-1', errorsOf(line), PROD)).toEqual([
      `network-us-east-1: role dr-prod-deploy-network of account 222222222222 lacks kms:CreateKey on ${KEY}, expected to be allowed: no identity-based policy allows it.`,
      "The bootstrap makes dr-prod-deploy-network of what its stack deploys. As an administrator: npx nx run bootstrap:deploy -c prod. What it lacks after that is missing in libs/deploy-roles/src/deploy-actions.json, or is another stack's.",
      `${GO_ON} See docs/runbooks/deploying.md.`,
    ]);
  });

  it.each([
    ['because no permissions boundary allows the kms:CreateKey action', ': no permissions boundary allows it.'],
    ['because no session policy allows the kms:CreateKey action', ': no session policy allows it.'],
    ['with an explicit deny in a permissions boundary', ': a permissions boundary denies it.'],
    ['with an explicit deny in a service control policy', ': a service control policy denies it.'],
    [
      'with an explicit deny in an identity-based policy: arn:aws:iam::2:policy/p',
      ': an identity-based policy denies it.',
    ],
    ['', '.'],
  ])('is given the reason that AWS gives: %s', (why, said) => {
    const [line] = describeDenied('a', errorsOf(refusal(NETWORK, 'kms:CreateKey', '*', why)), PROD);

    expect(line).toBe(
      `a: role dr-prod-deploy-network of account 222222222222 lacks kms:CreateKey on *, expected to be allowed${said}`,
    );
  });

  it("of a person's role or user is granted by the account's administrator", () => {
    const of = (principal: string) =>
      describeDenied('a', errorsOf(refusal(principal, 'kms:TagResource', '*', '')), PROD);

    expect(of('sts::222222222222:assumed-role/Developer/ana').slice(0, 2)).toEqual([
      'a: role Developer of account 222222222222 lacks kms:TagResource on *, expected to be allowed.',
      'Whoever administers account 222222222222 grants it to Developer.',
    ]);
    expect(of('iam::222222222222:user/people/ana')[0]).toContain('a: user ana of account 222222222222 lacks ');
    expect(of('sts::222222222222:assumed-role/dr-dev-deploy-network/x')[1]).toContain('Whoever administers');
  });

  it('is named once, beside others, and has none where AWS names none', () => {
    const bucket = refusal(
      NETWORK,
      's3:GetObject',
      '"arn:aws:s3:::states/data/x.tfstate"',
      'with an explicit deny in an identity-based policy',
    );
    const noResource = refusedLine('User: arn:aws:iam::1:user/a is not authorized to perform: tag:GetResources');
    const lines = describeDenied('a', errorsOf(bucket, bucket, noResource), PROD);

    expect(lines).toHaveLength(5);
    expect(lines[0]).toContain(' lacks s3:GetObject on arn:aws:s3:::states/data/x.tfstate, expected');
    expect(lines[1]).toBe('a: user a of account 1 lacks tag:GetResources, expected to be allowed.');
  });

  it('is told by its call where AWS names no permission', () => {
    const head = refusedLine(
      'Unable to access object "data/x.tfstate" in S3 bucket "states": operation error S3: HeadObject, https response error StatusCode: 403, RequestID: 4F, HostID: a=, api error Forbidden: Forbidden',
    );

    expect(describeDenied('a', errorsOf(head), PROD)).toEqual([
      'a: AWS refuses S3 HeadObject with 403 and names no permission, expected the role of this run to have it.',
      `${GO_ON} See docs/runbooks/deploying.md.`,
    ]);
  });

  it('is none where something else failed', () => {
    expect(describeDenied('a', errorsOf(refusedLine('creating VPC: VpcLimitExceeded')), PROD)).toEqual([]);
  });
});

it('an account without the boundary of services is to be bootstrapped first', () => {
  const boundary = 'arn:aws:iam::222222222222:policy/dr-prod-service-boundary';
  const role = (words: string) =>
    refusedLine(
      `creating IAM Role (dr-prod-tasks): operation error IAM: CreateRole, https response error StatusCode: 404, RequestID: 1e2d, NoSuchEntityException: ${words} does not exist or is not attachable.`,
    );
  const said = (words: string) => describeNoBoundary('compute-us-east-1', errorsOf(role(words), role(words)), PROD);

  expect(said(`Scope ARN: ${boundary}`)).toEqual([
    `compute-us-east-1: ${boundary} is not in the account, expected the boundary that limits the roles of services: the bootstrap makes it. As an administrator: npx nx run bootstrap:deploy -c prod. ${GO_ON}`,
  ]);
  expect(said('Policy arn:aws:iam::222222222222:policy/another')).toEqual([]);
});
