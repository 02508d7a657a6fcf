import { policyDocument } from '../iam/policy-document';

/**
 * A VPC endpoint's policy that lets principals of one account through and nobody else, so that foreign credentials
 * cannot carry data out by it. What a principal may do stays with its own policies.
 *
 * @param accountId twelve digits
 * @param more further statements, for what comes without a principal of the account
 */
export function accountEndpointPolicy(accountId: string, ...more: readonly object[]): string {
  return policyDocument([
    {
      Sid: 'PrincipalsOfThisAccount',
      Effect: 'Allow',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalAccount': accountId } },
    },
    ...more,
  ]);
}

/**
 * The same for the gateway endpoint of S3, through which image layers come too: ECR signs their addresses itself, so
 * they are fetched by no principal of the account [Amazon ECR user guide, VPC endpoints, S3 bucket permissions].
 */
export function s3EndpointPolicy(accountId: string, region: string): string {
  return accountEndpointPolicy(accountId, {
    Sid: 'LayersOfImages',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`,
  });
}
