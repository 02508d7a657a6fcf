import type { Attribute, Block, NestedBlock, SchemaKind } from '../model/schema';
import { block, computed, optional } from './block-notation';
import { internAttribute } from './intern';
import { ruleGroupRuleStatement, webAclRuleStatement, withRuleStatement } from './wafv2-statement';

/** Facts of schemas that the bindings lack. Every entry states its reason. */

interface Addition {
  readonly kind: SchemaKind;
  readonly type: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly reason: string;
}

const ADDITIONS: readonly Addition[] = [
  {
    kind: 'resource',
    type: 'aws_lambda_permission',
    attributes: { invoked_via_function_url: optional('bool') },
    reason: 'Provider 6.28 has it, the bindings are of 6.25: public function URLs need it since October 2025.',
  },
];

/**
 * Attributes that the provider marks sensitive, by name, wherever they are: the bindings drop the mark. A mark too
 * many would make Terraform refuse an output that AWS users may write, so this lists only names that are always secrets.
 */
const SENSITIVE_NAMES: ReadonlySet<string> = new Set([
  'admin_user_password',
  'auth_token',
  'client_secret',
  'master_password',
  'master_user_password',
  'password',
  'private_key',
  'random_password',
  'secret_binary',
  'secret_key',
  'secret_string',
]);

/** Sensitive attributes whose name alone does not say so, by type; a resource and a data source of one type agree. */
const SENSITIVE_BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  aws_api_gateway_api_key: ['value'],
  aws_ecr_authorization_token: ['authorization_token'],
  aws_eks_cluster_auth: ['token'],
  aws_iam_access_key: ['secret', 'ses_smtp_password_v4'],
  aws_iam_service_specific_credential: ['service_password'],
  aws_kms_ciphertext: ['plaintext'],
  aws_kms_secrets: ['plaintext'],
  aws_ssm_parameter: ['value'],
  aws_ssm_parameters_by_path: ['values'],
};

/** Names above that are no secret in these types: an identifier, a message of another system, or a plain flag. */
const NOT_SENSITIVE: Readonly<Record<string, readonly string[]>> = {
  // The provider block takes credentials from the environment as well; it marks none of them.
  aws: ['secret_key'],
};

/** The bindings have no ephemeral resources at all. Source: the provider's reference of each. */
const EPHEMERAL: Readonly<Record<string, Block>> = {
  aws_secretsmanager_random_password: block({
    exclude_characters: optional('string'),
    exclude_lowercase: optional('bool'),
    exclude_numbers: optional('bool'),
    exclude_punctuation: optional('bool'),
    exclude_uppercase: optional('bool'),
    include_space: optional('bool'),
    password_length: optional('number'),
    random_password: computed('string', { sensitive: true }),
    region: optional('string', { computed: true }),
    require_each_included_type: optional('bool'),
  }),
};

export function ephemeralTypes(): readonly string[] {
  return Object.keys(EPHEMERAL).sort();
}

export function ephemeralBlock(type: string): Block | undefined {
  return Object.hasOwn(EPHEMERAL, type) ? EPHEMERAL[type] : undefined;
}

/** The block as the provider has it, from the block that the bindings show. */
export function completeBlock(kind: SchemaKind, type: string, derived: Block): Block {
  const marked = marks(kind, type, derived);
  const added = ADDITIONS.filter((addition) => addition.kind === kind && addition.type === type);
  const complete = added.reduce<Block>(
    (current, { attributes }) => ({ ...current, attributes: { ...attributes, ...current.attributes } }),
    marked,
  );
  if (kind === 'resource' && type === 'aws_wafv2_web_acl') return withRuleStatement(complete, webAclRuleStatement);
  if (kind === 'resource' && type === 'aws_wafv2_rule_group')
    return withRuleStatement(complete, ruleGroupRuleStatement);
  return complete;
}

function marks(kind: SchemaKind, type: string, derived: Block): Block {
  const sensitive = new Set(SENSITIVE_BY_TYPE[type] ?? []);
  const exempt = new Set(NOT_SENSITIVE[type] ?? []);
  const markBlock = (current: Block): Block => ({
    attributes: mapValues(current.attributes, (attribute, name) =>
      internAttribute({
        ...attribute,
        sensitive: (SENSITIVE_NAMES.has(name) || sensitive.has(name)) && !exempt.has(name),
        // The provider keeps the suffix for write-only arguments; what it computes is never one.
        writeOnly: kind === 'resource' && name.endsWith('_wo') && !attribute.computed,
      }),
    ),
    blocks: mapValues(current.blocks, (nestedBlock): NestedBlock => ({
      ...nestedBlock,
      block: markBlock(nestedBlock.block),
    })),
  });
  return markBlock(derived);
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
