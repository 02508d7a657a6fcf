import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { S3BucketReplicationConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration';
import { Construct } from 'constructs';
import { MetricAlarm } from '../alarms/metric-alarm';
import { policyDocument } from '../iam/policy-document';

/** One end of a replication. */
export interface ReplicatedBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly kmsKeyArn: string;
}

export interface BucketReplicationProps {
  /** Versioned, in the stack's region. */
  readonly source: ReplicatedBucket;
  /** Versioned, in another region. */
  readonly destination: ReplicatedBucket;
  /** Name of the role that S3 takes: unique in the account. */
  readonly roleName: string;
  readonly alarmName: string;
  /** Topics of the stack's region that are notified of failed replications. */
  readonly topicArns: readonly string[];
}

const RULE = 'everything';
/** The only time that S3 commits to [S3 user guide, replication time control]. */
const COMMITTED_MINUTES = 15;

/**
 * Copies every new object of a bucket, and every deletion of one, to a bucket of another region, encrypted anew. For two
 * ways, each region has one: what is a replica itself is not copied back. What was there before is not copied either.
 */
export class BucketReplication extends Construct {
  constructor(scope: Construct, id: string, props: BucketReplicationProps) {
    super(scope, id);
    const { source, destination, roleName, alarmName, topicArns } = props;
    const role = new IamRole(this, 'Role', {
      name: roleName,
      description: `Replicates ${source.bucketName}`,
      assumeRolePolicy: policyDocument([
        { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]),
    });
    const policy = new IamRolePolicy(this, 'RolePolicy', {
      name: 'replicate',
      role: role.name,
      policy: policyDocument(replicationStatements(source, destination)),
    });
    new S3BucketReplicationConfigurationA(this, 'Resource', {
      bucket: source.bucketName,
      role: role.arn,
      rule: [
        {
          id: RULE,
          status: 'Enabled',
          priority: 0,
          filter: {},
          deleteMarkerReplication: { status: 'Enabled' },
          sourceSelectionCriteria: {
            sseKmsEncryptedObjects: { status: 'Enabled' },
            replicaModifications: { status: 'Enabled' },
          },
          destination: {
            bucket: destination.bucketArn,
            encryptionConfiguration: { replicaKmsKeyId: destination.kmsKeyArn },
            replicationTime: { status: 'Enabled', time: { minutes: COMMITTED_MINUTES } },
            metrics: { status: 'Enabled', eventThreshold: { minutes: COMMITTED_MINUTES } },
          },
        },
      ],
      dependsOn: [policy],
    });
    // S3 reports failures only when there are some.
    new MetricAlarm(this, 'Failing', {
      alarmName,
      description: `Records of ${source.bucketName} do not reach the other region. Look at the role and at both keys.`,
      namespace: 'AWS/S3',
      metricName: 'OperationsFailedReplication',
      dimensions: {
        SourceBucket: source.bucketName,
        DestinationBucket: destination.bucketName,
        RuleId: RULE,
      },
      statistic: 'Sum',
      comparison: 'at least',
      threshold: 1,
      periodSeconds: 300,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
      topicArns,
    });
  }
}

/** Permissions that S3 needs on both ends [S3 user guide, setting up permissions for live replication]. */
function replicationStatements(source: ReplicatedBucket, destination: ReplicatedBucket): readonly object[] {
  return [
    {
      Effect: 'Allow',
      Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
      Resource: source.bucketArn,
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
      Resource: `${source.bucketArn}/*`,
    },
    {
      Effect: 'Allow',
      Action: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'],
      Resource: `${destination.bucketArn}/*`,
    },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: source.kmsKeyArn },
    { Effect: 'Allow', Action: 'kms:Encrypt', Resource: destination.kmsKeyArn },
  ];
}
