import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';

/** One statement of a policy, as far as it is evaluated. */
interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

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
    const meant = this.statementsOf(role).filter(
      ({ actions, resources }) =>
        actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
        resources.some((pattern) => matches(pattern, resource)),
    );
    return meant.some(({ effect }) => effect === 'Allow') && meant.every(({ effect }) => effect === 'Allow');
  }

  private statementsOf(role: string): readonly Statement[] {
    const inline = this.account
      .findBy('aws_iam_role_policy', 'role', role)
      .map(({ attributes }) => text(attributes['policy']));
    const attached = this.account
      .findBy('aws_iam_role_policy_attachment', 'role', role)
      .map(({ attributes }) => this.account.findByArn(text(attributes['policy_arn'])))
      .map((policy) => text(policy?.attributes['policy']));
    return [...inline, ...attached].filter((document) => document !== '').flatMap(statementsIn);
  }
}

function statementsIn(document: string): readonly Statement[] {
  const { Statement: found } = JSON.parse(document) as {
    readonly Statement: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
  };
  return list(found).map((statement) => ({
    effect: String((statement as Record<string, unknown>)['Effect']),
    actions: list((statement as Record<string, unknown>)['Action']).map(String),
    resources: list((statement as Record<string, unknown>)['Resource']).map(String),
  }));
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** `*` stands for any text, `?` for one character [IAM user guide, policy elements]. */
function matches(pattern: string, value: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(value);
}
