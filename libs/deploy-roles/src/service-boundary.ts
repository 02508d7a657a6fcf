import type { PolicyDocument } from '@dr/iam-policy';
import { type DeployAccount, PARAMETER_READS, PARAMETER_WRITES, parameterRoot } from './deploy-role';

/** Services that manage an account, and calls that lead to other rights: no service of the platform needs one. */
const ADMINISTRATION: readonly string[] = [
  ...['account:*', 'cloudtrail:*', 'config:*', 'iam:*', 'identitystore:*', 'organizations:*', 'sso:*'],
  ...['sts:AssumeRole*', 'sts:AssumeRoot', 'sts:GetFederationToken'],
];

/** Services whose calls are in one region, wherever they come from [AWS, global services]. */
const GLOBAL: readonly string[] = ['route53:*'];

/**
 * The boundary of every role that a stack makes for a service, such as that of tasks or of a function. What such a role
 * may do, its own policy says; never what is denied here: the account's administration, other regions, states, and the
 * parameters by which stacks are deployed.
 *
 * @param regions where services of the platform call anything
 */
export function serviceBoundary(account: DeployAccount, regions: readonly string[]): PolicyDocument {
  const parameters = parameterRoot(account);
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'OwnPolicies', Effect: 'Allow', Action: '*', Resource: '*' },
      { Sid: 'Administration', Effect: 'Deny', Action: ADMINISTRATION, Resource: '*' },
      {
        Sid: 'OtherRegions',
        Effect: 'Deny',
        NotAction: GLOBAL,
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': regions } },
      },
      {
        Sid: 'States',
        Effect: 'Deny',
        Action: 's3:*',
        Resource: account.regions.map((region) => `arn:aws:s3:::${account.bucketPrefix}-${region}*`),
      },
      {
        Sid: 'Parameters',
        Effect: 'Deny',
        Action: [...PARAMETER_READS, ...PARAMETER_WRITES],
        Resource: [parameters, `${parameters}/*`],
      },
    ],
  };
}
