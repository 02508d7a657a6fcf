import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';

export interface EncryptionKeyProps {
  /** Alias without the leading `alias/`. */
  readonly alias: string;
  /** What the key encrypts. */
  readonly description: string;
  /**
   * Days between deletion and the loss of all that the key encrypted, 7 to 30.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
}

/** A customer-managed, single-Region KMS key that rotates every year. */
export class EncryptionKey extends Construct {
  readonly keyArn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { alias, description, deletionWindowInDays = 30 } = props;
    if (!Number.isInteger(deletionWindowInDays) || deletionWindowInDays < 7 || deletionWindowInDays > 30) {
      throw new Error(
        `${this.node.path}: deletionWindowInDays is ${deletionWindowInDays}, expected a whole number from 7 to 30. Correct it.`,
      );
    }
    const key = new KmsKey(this, 'Resource', { description, enableKeyRotation: true, deletionWindowInDays });
    new KmsAlias(this, 'Alias', { name: `alias/${alias}`, targetKeyId: key.keyId });
    this.keyArn = key.arn;
  }
}
