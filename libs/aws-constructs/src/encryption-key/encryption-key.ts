import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import { policyDocument } from '../iam/policy-document';

/** A service of AWS that uses a key for itself, not on behalf of a caller. */
export type KeyUser =
  /** CloudWatch Logs, for the log groups of a region. */
  | { readonly service: 'logs'; readonly region: string }
  /** CloudWatch alarms, EventBridge rules and the like, which publish to an encrypted topic. */
  | { readonly service: 'cloudwatch' | 'events' | 'backup' | 'delivery.logs' }
  /** Event subscriptions of Amazon RDS, which publish to an encrypted topic. */
  | { readonly service: 'events.rds' };

export interface EncryptionKeyProps {
  /** Alias without the leading `alias/`. */
  readonly alias: string;
  /** Purpose of the key: the data that it encrypts. */
  readonly description: string;
  /** Account that owns the key and whose IAM policies say who else may use it: twelve digits. */
  readonly accountId: string;
  /**
   * Services that use the key for themselves, for resources of this account alone. Services that act for a caller,
   * such as RDS and DynamoDB, need no entry.
   * @default none
   */
  readonly users?: readonly KeyUser[];
  /**
   * Days between deletion and the loss of all that the key encrypted, 7 to 30.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
}

/** Of who publishes to an encrypted topic [Amazon SNS developer guide, key management]. */
const PUBLISH = ['kms:GenerateDataKey*', 'kms:Decrypt'];
const USE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** A customer-managed, single-Region KMS key that rotates every year and names who may use it. */
export class EncryptionKey extends Construct {
  readonly keyArn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { alias, description, accountId, users = [], deletionWindowInDays = 30 } = props;
    if (!Number.isInteger(deletionWindowInDays) || deletionWindowInDays < 7 || deletionWindowInDays > 30) {
      throw new Error(
        `${this.node.path}: deletionWindowInDays is ${deletionWindowInDays}, expected a whole number from 7 to 30. Correct it.`,
      );
    }
    const key = new KmsKey(this, 'Resource', {
      description,
      enableKeyRotation: true,
      deletionWindowInDays,
      policy: policyDocument([
        {
          Sid: 'IamPoliciesDecide',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
        ...users.map((user) => useStatement(user, accountId)),
      ]),
    });
    new KmsAlias(this, 'Alias', { name: `alias/${alias}`, targetKeyId: key.keyId });
    this.keyArn = key.arn;
  }
}

/** Conditions as each service documents them [CloudWatch Logs user guide, KMS; SNS developer guide, KMS]. */
function useStatement(user: KeyUser, accountId: string): object {
  if (user.service === 'logs') {
    const logGroups = `arn:aws:logs:${user.region}:${accountId}:*`;
    return {
      Sid: 'LogsUse',
      Effect: 'Allow',
      Principal: { Service: `logs.${user.region}.amazonaws.com` },
      Action: USE,
      Resource: '*',
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    };
  }
  const name = user.service
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return {
    Sid: `${name}Uses`,
    Effect: 'Allow',
    Principal: { Service: `${user.service}.amazonaws.com` },
    Action: user.service === 'events.rds' ? PUBLISH : USE,
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
  };
}
