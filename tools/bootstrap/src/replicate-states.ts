import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { S3BucketReplicationConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration';
import { policyDocument } from '@dr/aws-constructs';
import { NAME_LIMITS, resourceName } from '@dr/platform-stack';
import { pascalCase } from '@dr/construct-id';
import type { Construct } from 'constructs';
import type { StateBucket } from './state-bucket';

/**
 * Copies each bucket's states to another one, deletions too, so that a region's states are there when it is lost. A copy
 * is not copied back [S3 user guide, what is replicated]: every state has a name of its own.
 *
 * @param copies of the buckets, each as its source and its destination
 */
export function replicateStates(
  scope: Construct,
  roleName: string,
  copies: readonly (readonly [source: StateBucket, destination: StateBucket])[],
): void {
  const role = new IamRole(scope, 'ReplicationRole', {
    name: resourceName(NAME_LIMITS.iamRole, roleName),
    description: 'Copies states to the other region',
    assumeRolePolicy: policyDocument([
      { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]),
  });
  const buckets = copies.map(([source]) => source.bucketArn);
  const objects = buckets.map((arn) => `${arn}/*`);
  const policy = new IamRolePolicy(scope, 'ReplicationPolicy', {
    name: 'replicate',
    role: role.name,
    // Permissions that S3 needs on both ends [S3 user guide, setting up permissions for live replication].
    policy: policyDocument([
      { Effect: 'Allow', Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'], Resource: buckets },
      {
        Effect: 'Allow',
        Action: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
        Resource: objects,
      },
      {
        Effect: 'Allow',
        Action: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'],
        Resource: objects,
      },
    ]),
  });
  for (const [source, destination] of copies) {
    new S3BucketReplicationConfigurationA(scope, `Replication${pascalCase(source.region)}`, {
      bucket: source.bucketName,
      region: source.region,
      role: role.arn,
      rule: [
        {
          id: 'states',
          status: 'Enabled',
          priority: 0,
          filter: {},
          deleteMarkerReplication: { status: 'Enabled' },
          destination: { bucket: destination.bucketArn },
        },
      ],
      // Both ends have to keep versions.
      dependsOn: [policy, destination.versioning],
    });
  }
}
