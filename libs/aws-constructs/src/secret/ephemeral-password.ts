import { TerraformElement } from 'cdktf';
import type { Construct } from 'constructs';

const RESOURCE_TYPE = 'aws_secretsmanager_random_password';

/**
 * A password that Secrets Manager makes during the run and that no plan and no state ever holds. Give it to write-only
 * arguments only; Terraform refuses it elsewhere. Every run makes another one: it takes effect when the write-only
 * argument's version changes.
 *
 * The bindings generate no ephemeral resources; this element writes the block itself.
 */
export class EphemeralPassword extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    /** Characters, letters and digits; Aurora PostgreSQL takes 8 to 128. */
    private readonly length: number,
  ) {
    super(scope, id);
  }

  /** Expression of the password. */
  get password(): string {
    return `\${ephemeral.${RESOURCE_TYPE}.${this.friendlyUniqueId}.random_password}`;
  }

  override toTerraform(): object {
    return {
      ephemeral: {
        [RESOURCE_TYPE]: { [this.friendlyUniqueId]: { password_length: this.length, exclude_punctuation: true } },
      },
    };
  }
}
