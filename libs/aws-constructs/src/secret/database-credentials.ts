import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version';
import { Construct } from 'constructs';
import { EphemeralPassword } from './ephemeral-password';

export interface DatabaseCredentialsProps {
  readonly name: string;
  readonly username: string;
  readonly kmsKeyArn: string;
  /** Where a read-only replica is kept, with a key of that region. */
  readonly replica: { readonly region: string; readonly kmsKeyArn: string };
  /**
   * Raise it to rotate: secret and database take the new password in the same apply.
   * @default 1
   */
  readonly passwordVersion?: number;
  /**
   * Days in which a deleted secret can be restored: 0 (none) or 7 to 30.
   * @default 30
   */
  readonly recoveryWindowInDays?: number;
}

/** Username and generated password of a database, in Secrets Manager, replicated; the password is in no Terraform state. */
export class DatabaseCredentials extends Construct {
  readonly secretArn: string;
  readonly username: string;
  /** For write-only arguments. */
  readonly password: string;
  readonly passwordVersion: number;

  constructor(scope: Construct, id: string, props: DatabaseCredentialsProps) {
    super(scope, id);
    const { name, username, kmsKeyArn, replica, passwordVersion = 1, recoveryWindowInDays = 30 } = props;
    const { password } = new EphemeralPassword(this, 'Password', 32);
    const secret = new SecretsmanagerSecret(this, 'Resource', {
      name,
      description: `Credentials of database user ${username}`,
      kmsKeyId: kmsKeyArn,
      recoveryWindowInDays,
      replica: [{ region: replica.region, kmsKeyId: replica.kmsKeyArn }],
    });
    new SecretsmanagerSecretVersion(this, 'Version', {
      secretId: secret.id,
      secretStringWo: `\${jsonencode({ username = "${username}", password = ${expression(password)} })}`,
      secretStringWoVersion: passwordVersion,
    });
    this.secretArn = secret.arn;
    this.username = username;
    this.password = password;
    this.passwordVersion = passwordVersion;
  }
}

/** `${x}` → `x`, to stand inside another expression. */
function expression(interpolation: string): string {
  return interpolation.slice(2, -1);
}
