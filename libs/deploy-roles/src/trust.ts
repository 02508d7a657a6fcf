import type { PolicyDocument } from '@dr/iam-policy';

/** Issuer of the tokens of GitHub's workflows [GitHub, OpenID Connect reference]. */
export const GITHUB_ISSUER = 'token.actions.githubusercontent.com';

/** Audience of the tokens that aws-actions/configure-aws-credentials asks for. */
export const TOKEN_AUDIENCE = 'sts.amazonaws.com';

/** Repository whose workflows may become a role of an account. */
export interface TrustedRepository {
  /** `acme/trading` */
  readonly repository: string;
  readonly accountId: string;
}

/** ARN of GitHub's identity provider in an account. */
export function identityProviderArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${GITHUB_ISSUER}`;
}

/**
 * Trusts jobs of a repository that run in its environment of that name: GitHub lets them start when its rules are met,
 * approvals among them. Their subject names the environment and no branch [GitHub, OpenID Connect reference].
 */
export function deployTrust(trusted: TrustedRepository, environment: string): PolicyDocument {
  return trustSubjects(trusted, [`environment:${environment}`]);
}

/**
 * Trusts jobs of pull requests of the repository itself, those of its main branch that are in no environment, and the
 * deploys of the environment: these read by it, and write by the roles of their stacks.
 */
export function planTrust(trusted: TrustedRepository, environment: string): PolicyDocument {
  return trustSubjects(trusted, ['pull_request', 'ref:refs/heads/main', `environment:${environment}`]);
}

function trustSubjects({ repository, accountId }: TrustedRepository, subjects: readonly string[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: identityProviderArn(accountId) },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${GITHUB_ISSUER}:aud`]: TOKEN_AUDIENCE,
          [`${GITHUB_ISSUER}:sub`]: subjects.map((subject) => `repo:${repository}:${subject}`),
        },
      },
    },
  };
}
