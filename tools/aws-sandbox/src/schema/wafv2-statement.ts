import type { Block, NestedBlock } from '../model/schema';
import { block, nested, optional, required } from './block-notation';

/**
 * The `statement` block of a WAF rule. The bindings leave it untyped, because it nests itself; the provider
 * unrolls it to three levels, and so does this. Source: the provider's reference of `aws_wafv2_web_acl`.
 */
const LEVELS = 3;

const LIST_OF_STRINGS = { list: 'string' } as const;
const SET_OF_STRINGS = { set: 'string' } as const;
const atMostOne = { max: 1 } as const;
const exactlyOne = { min: 1, max: 1 } as const;
const one = (members: Parameters<typeof nested>[1]): NestedBlock => nested('list', members, atMostOne);
const requiredOne = (members: Parameters<typeof nested>[1]): NestedBlock => nested('list', members, exactlyOne);

const empty = one({});
const textTransformation = nested('set', { priority: required('number'), type: required('string') }, { min: 1 });
const fingerprint = one({ fallback_behavior: required('string') });
const named = one({ name: required('string') });
const identified = { identifier: required('string') } as const;
const forwardedIpConfig = one({ fallback_behavior: required('string'), header_name: required('string') });

const fieldToMatch = one({
  all_query_arguments: empty,
  body: one({ oversize_handling: optional('string') }),
  cookies: one({
    match_pattern: nested(
      'list',
      { all: empty, excluded_cookies: optional(LIST_OF_STRINGS), included_cookies: optional(LIST_OF_STRINGS) },
      { min: 1 },
    ),
    match_scope: required('string'),
    oversize_handling: required('string'),
  }),
  header_order: nested('list', { oversize_handling: required('string') }),
  headers: nested('list', {
    match_pattern: requiredOne({
      all: empty,
      excluded_headers: optional(LIST_OF_STRINGS),
      included_headers: optional(LIST_OF_STRINGS),
    }),
    match_scope: required('string'),
    oversize_handling: required('string'),
  }),
  ja3_fingerprint: fingerprint,
  ja4_fingerprint: fingerprint,
  json_body: one({
    invalid_fallback_behavior: optional('string'),
    match_pattern: requiredOne({ all: empty, included_paths: optional(LIST_OF_STRINGS) }),
    match_scope: required('string'),
    oversize_handling: optional('string'),
  }),
  method: empty,
  query_string: empty,
  single_header: named,
  single_query_argument: named,
  uri_fragment: one({ fallback_behavior: optional('string', { computed: true }) }),
  uri_path: empty,
});

/** Statements that hold no other statement. */
const leaves = {
  asn_match_statement: one({ asn_list: required({ list: 'number' }), forwarded_ip_config: forwardedIpConfig }),
  byte_match_statement: one({
    field_to_match: fieldToMatch,
    positional_constraint: required('string'),
    search_string: required('string'),
    text_transformation: textTransformation,
  }),
  geo_match_statement: one({ country_codes: required(LIST_OF_STRINGS), forwarded_ip_config: forwardedIpConfig }),
  ip_set_reference_statement: one({
    arn: required('string'),
    ip_set_forwarded_ip_config: one({
      fallback_behavior: required('string'),
      header_name: required('string'),
      position: required('string'),
    }),
  }),
  label_match_statement: one({ key: required('string'), scope: required('string') }),
  regex_match_statement: one({
    field_to_match: fieldToMatch,
    regex_string: required('string'),
    text_transformation: textTransformation,
  }),
  regex_pattern_set_reference_statement: one({
    arn: required('string'),
    field_to_match: fieldToMatch,
    text_transformation: textTransformation,
  }),
  size_constraint_statement: one({
    comparison_operator: required('string'),
    field_to_match: fieldToMatch,
    size: required('number'),
    text_transformation: textTransformation,
  }),
  sqli_match_statement: one({
    field_to_match: fieldToMatch,
    sensitivity_level: optional('string'),
    text_transformation: textTransformation,
  }),
  xss_match_statement: one({ field_to_match: fieldToMatch, text_transformation: textTransformation }),
} as const;

const customRequestHandling = one({
  insert_header: nested('set', { name: required('string'), value: required('string') }, { min: 1 }),
});
const customResponse = one({
  custom_response_body_key: optional('string'),
  response_code: required('number'),
  response_header: nested('set', { name: required('string'), value: required('string') }),
});

const ruleActionOverride = nested(
  'list',
  {
    action_to_use: requiredOne({
      allow: one({ custom_request_handling: customRequestHandling }),
      block: one({ custom_response: customResponse }),
      captcha: one({ custom_request_handling: customRequestHandling }),
      challenge: one({ custom_request_handling: customRequestHandling }),
      count: one({ custom_request_handling: customRequestHandling }),
    }),
    name: required('string'),
  },
  { max: 100 },
);

const responseInspection = one({
  body_contains: one({ failure_strings: required(SET_OF_STRINGS), success_strings: required(SET_OF_STRINGS) }),
  header: one({
    failure_values: required(SET_OF_STRINGS),
    name: required('string'),
    success_values: required(SET_OF_STRINGS),
  }),
  json: one({
    failure_values: required(SET_OF_STRINGS),
    identifier: required('string'),
    success_values: required(SET_OF_STRINGS),
  }),
  status_code: one({ failure_codes: required({ set: 'number' }), success_codes: required({ set: 'number' }) }),
});

const managedRuleGroupConfigs = nested('list', {
  aws_managed_rules_acfp_rule_set: one({
    creation_path: required('string'),
    enable_regex_in_path: optional('bool', { computed: true }),
    registration_page_path: required('string'),
    request_inspection: requiredOne({
      address_fields: one({ identifiers: required(LIST_OF_STRINGS) }),
      email_field: one(identified),
      password_field: one(identified),
      payload_type: required('string'),
      phone_number_fields: one({ identifiers: required(LIST_OF_STRINGS) }),
      username_field: one(identified),
    }),
    response_inspection: responseInspection,
  }),
  aws_managed_rules_anti_ddos_rule_set: one({
    client_side_action_config: requiredOne({
      challenge: requiredOne({
        exempt_uri_regular_expression: nested('list', { regex_string: optional('string') }, { max: 5 }),
        sensitivity: optional('string'),
        usage_of_action: required('string'),
      }),
    }),
    sensitivity_to_block: optional('string'),
  }),
  aws_managed_rules_atp_rule_set: one({
    enable_regex_in_path: optional('bool', { computed: true }),
    login_path: required('string'),
    request_inspection: one({
      password_field: requiredOne(identified),
      payload_type: required('string'),
      username_field: requiredOne(identified),
    }),
    response_inspection: responseInspection,
  }),
  aws_managed_rules_bot_control_rule_set: one({
    enable_machine_learning: optional('bool', { computed: true }),
    inspection_level: required('string'),
  }),
  login_path: optional('string'),
  password_field: one(identified),
  payload_type: optional('string'),
  username_field: one(identified),
});

const keyed = one({ name: required('string'), text_transformation: textTransformation });

function combining(level: number): NestedBlock {
  const statement = level === 1 ? leaves : { ...leaves, ...combinations(level - 1) };
  return one({ statement: nested('list', statement, { min: 1 }) });
}

function combinations(level: number): Record<'and_statement' | 'not_statement' | 'or_statement', NestedBlock> {
  const combined = combining(level);
  return { and_statement: combined, not_statement: combined, or_statement: combined };
}

function scopeDown(level: number): NestedBlock {
  return one({ ...leaves, ...combinations(level) });
}

function rateBased(level: number): NestedBlock {
  return one({
    aggregate_key_type: optional('string'),
    custom_key: nested(
      'list',
      {
        asn: empty,
        cookie: keyed,
        forwarded_ip: empty,
        header: keyed,
        http_method: empty,
        ip: empty,
        ja3_fingerprint: fingerprint,
        ja4_fingerprint: fingerprint,
        label_namespace: one({ namespace: required('string') }),
        query_argument: keyed,
        query_string: one({ text_transformation: textTransformation }),
        uri_path: one({ text_transformation: textTransformation }),
      },
      { max: 5 },
    ),
    evaluation_window_sec: optional('number'),
    forwarded_ip_config: forwardedIpConfig,
    limit: required('number'),
    scope_down_statement: scopeDown(level - 1),
  });
}

const ruleGroupStatement = { ...leaves, ...combinations(LEVELS), rate_based_statement: rateBased(LEVELS) };

/** `rule.statement` of `aws_wafv2_rule_group`. */
export const ruleGroupRuleStatement: NestedBlock = requiredOne(ruleGroupStatement);

/** `rule.statement` of `aws_wafv2_web_acl`. */
export const webAclRuleStatement: NestedBlock = requiredOne({
  ...ruleGroupStatement,
  managed_rule_group_statement: one({
    managed_rule_group_configs: managedRuleGroupConfigs,
    name: required('string'),
    rule_action_override: ruleActionOverride,
    scope_down_statement: scopeDown(LEVELS - 1),
    vendor_name: required('string'),
    version: optional('string', { computed: true }),
  }),
  rule_group_reference_statement: one({ arn: required('string'), rule_action_override: ruleActionOverride }),
});

/** `block` with its untyped `statement` of a nested `rule` replaced. */
export function withRuleStatement(schema: Block, statement: NestedBlock): Block {
  const rule = schema.blocks['rule'];
  if (rule === undefined) return schema;
  const { statement: _untyped, ...attributes } = rule.block.attributes;
  return {
    ...schema,
    blocks: { ...schema.blocks, rule: { ...rule, block: block({ ...attributes, ...rule.block.blocks, statement }) } },
  };
}
