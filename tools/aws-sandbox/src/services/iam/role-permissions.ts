import { decide, listOf, type PolicyDocument, type PolicyStatement } from '@dr/iam-policy';
import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';

/** Permissions of a role by its inline and its attached policies. Those that AWS manages grant nothing here. */
export class RolePermissions {
  constructor(private readonly account: AccountView) {}

  /**
   * Whether a role may do something to a resource: some statement allows it, and none denies it. Conditions are not
   * evaluated, nor are the policies of resources, boundaries or organizations.
   *
   * @param action `dynamodb:PutItem` @param resource an ARN, or `*`
   */
  allow(role: string, action: string, resource: string): boolean {
    return decide({ action, resource }, { identity: this.policiesOf(role) }) === 'allowed';
  }

  private policiesOf(role: string): readonly PolicyDocument[] {
    const inline = this.account
      .findBy('aws_iam_role_policy', 'role', role)
      .map(({ attributes }) => text(attributes['policy']));
    const attached = this.account
      .findBy('aws_iam_role_policy_attachment', 'role', role)
      .map(({ attributes }) => this.account.findByArn(text(attributes['policy_arn'])))
      .map((policy) => text(policy?.attributes['policy']));
    return [...inline, ...attached].filter((document) => document !== '').map(withoutConditions);
  }
}

function withoutConditions(json: string): PolicyDocument {
  const { Version, Statement } = JSON.parse(json) as PolicyDocument;
  return {
    Version,
    Statement: listOf<PolicyStatement>(Statement).map(({ Condition: _conditions, ...statement }) => statement),
  };
}
