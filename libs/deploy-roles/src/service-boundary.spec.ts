import { decide, type PolicyDocument } from '@dr/iam-policy';
import { LONGEST_POLICY } from './pack-statements';
import { serviceBoundary } from './service-boundary';

const boundary = serviceBoundary(
  {
    ...{ platform: 'acme', environment: 'prod', accountId: '111111111111', regions: ['eu-west-1', 'eu-central-1'] },
    bucketPrefix: 'acme-states',
    serviceBoundary: 'arn:aws:iam::111111111111:policy/acme-prod-service-boundary',
  },
  ['eu-west-1', 'eu-central-1', 'eu-west-2'],
);

/** Policy of a role that allows everything. */
const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
};

const decided = (action: string, resource: string, region: string, policy = everything) =>
  decide(
    { action, resource, context: { 'aws:RequestedRegion': region } },
    { identity: [policy], boundary: [boundary] },
  );

describe('a role of a service, whatever its policy allows,', () => {
  it.each([
    ['dynamodb:PutItem', 'arn:aws:dynamodb:eu-west-1:111111111111:table/acme-prod-activity', 'eu-west-1', 'allowed'],
    ['dynamodb:GetItem', 'arn:aws:dynamodb:eu-west-2:111111111111:table/acme-prod-control', 'eu-west-2', 'allowed'],
    ['dynamodb:PutItem', 'arn:aws:dynamodb:us-east-1:111111111111:table/acme-prod-activity', 'us-east-1', 'denied'],
    ['ec2:RunInstances', '*', 'ap-southeast-1', 'denied'],
    ['route53:GetHealthCheckStatus', '*', 'us-east-1', 'allowed'],
    ['iam:CreateAccessKey', 'arn:aws:iam::111111111111:user/x', 'us-east-1', 'denied'],
    ['iam:DeleteRolePermissionsBoundary', 'arn:aws:iam::111111111111:role/acme-prod-tasks', 'us-east-1', 'denied'],
    ['iam:PassRole', 'arn:aws:iam::111111111111:role/acme-prod-deploy-mail', 'eu-west-1', 'denied'],
    ['sts:AssumeRole', 'arn:aws:iam::111111111111:role/acme-prod-deploy-mail', 'eu-west-1', 'denied'],
    ['organizations:LeaveOrganization', '*', 'us-east-1', 'denied'],
    ['cloudtrail:StopLogging', '*', 'eu-west-1', 'denied'],
    ['s3:GetObject', 'arn:aws:s3:::acme-states-eu-west-1/mail/mail-eu-west-1.tfstate', 'eu-west-1', 'denied'],
    ['s3:ListBucket', 'arn:aws:s3:::acme-states-eu-central-1', 'eu-central-1', 'denied'],
    ['s3:PutObject', 'arn:aws:s3:::acme-prod-letters/letter', 'eu-west-1', 'allowed'],
    ['ssm:PutParameter', 'arn:aws:ssm:eu-west-1:111111111111:parameter/acme/prod/eu-west-1/m/x', 'eu-west-1', 'denied'],
    ['ssm:GetParametersByPath', 'arn:aws:ssm:eu-west-1:111111111111:parameter/acme/prod', 'eu-west-1', 'denied'],
    ['ssm:GetParameter', 'arn:aws:ssm:eu-west-1:111111111111:parameter/other', 'eu-west-1', 'allowed'],
  ])('is by its boundary, of %s on %s in %s, %s', (action, resource, region, decision) => {
    expect(decided(action, resource, region)).toBe(decision);
  });

  it('is allowed nothing by the boundary itself', () => {
    const nothing: PolicyDocument = { Version: '2012-10-17', Statement: [] };

    expect(decided('dynamodb:GetItem', '*', 'eu-west-1', nothing)).toBe('not allowed');
  });
});

it('fits into one managed policy', () => {
  expect(JSON.stringify(boundary).length).toBeLessThan(LONGEST_POLICY);
});
