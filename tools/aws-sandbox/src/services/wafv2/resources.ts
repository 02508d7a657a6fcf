import { blocks, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ObjectValue } from '../../model/value';

/** AWS WAF v2. Codes and words: AWS WAFV2 API Reference, errors of each action. */
export const wafv2: ServiceDefinition = {
  name: 'wafv2',
  sdkId: 'WAFV2',
  resources: {
    aws_wafv2_web_acl: {
      label: 'WAFv2 WebACL',
      calls: { create: 'CreateWebACL', update: 'UpdateWebACL', delete: 'DeleteWebACL' },
      soughtBy: {
        resource_arn: ({ arn = '' }, account) =>
          account
            .findBy('aws_wafv2_web_acl_association', 'web_acl_arn', arn)
            .flatMap(({ attributes }) => attributes['resource_arn'] ?? []),
      },
      id: () => randomUuid(),
      importId: '{id}/{name}/{scope}',
      arn: ({ region, accountId, attributes, id }) =>
        `arn:aws:wafv2:${region}:${accountId}:${attributes['scope'] === 'CLOUDFRONT' ? 'global' : 'regional'}/webacl/${text(attributes['name'])}/${id}`,
      replaces: ['name', 'name_prefix', 'scope'],
      defaults: {
        'rule.statement.rate_based_statement.aggregate_key_type': 'IP',
        'rule.statement.rate_based_statement.evaluation_window_sec': 300,
      },
      allowed: { scope: ['CLOUDFRONT', 'REGIONAL'] },
      conflicts: [
        ['name', 'name_prefix'],
        ['rule', 'rule_json'],
      ],
      computed: {
        application_integration_url: '',
        capacity: ({ attributes }) => blocks(attributes['rule']).reduce((sum, rule) => sum + capacityOf(rule), 0),
        lock_token: () => randomUuid(),
      },
      recomputes: { capacity: ['rule'], lock_token: ['*'] },
      unique: [
        {
          attributes: ['name', 'scope'],
          refusal: {
            code: 'WAFDuplicateItemException',
            message:
              "AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one.",
          },
        },
      ],
      checks: [checkRules],
      usedBy: [
        {
          by: 'aws_wafv2_web_acl_association',
          attribute: 'web_acl_arn',
          holds: 'arn',
          refusal: {
            code: 'WAFAssociatedItemException',
            message:
              "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.",
          },
        },
      ],
    },
    aws_wafv2_web_acl_association: {
      label: 'WAFv2 WebACL Association',
      calls: { create: 'AssociateWebACL', delete: 'DisassociateWebACL' },
      id: '{web_acl_arn},{resource_arn}',
      replaces: ['resource_arn', 'web_acl_arn'],
      references: [webAclReference('web_acl_arn'), { ...webAclReference('resource_arn'), to: 'aws_lb' }],
      // A resource has one web ACL: another takes its place.
      overwrites: () => true,
      onCreate: ({ account, attributes, id }) =>
        account
          .findBy('aws_wafv2_web_acl_association', 'resource_arn', text(attributes['resource_arn']))
          .filter((association) => association.id !== id)
          .map((association) => ({ remove: association })),
    },
    aws_wafv2_web_acl_logging_configuration: {
      label: 'WAFv2 WebACL Logging Configuration',
      calls: {
        create: 'PutLoggingConfiguration',
        update: 'PutLoggingConfiguration',
        delete: 'DeleteLoggingConfiguration',
      },
      id: '{resource_arn}',
      replaces: ['resource_arn'],
      overwrites: () => true,
      references: [
        webAclReference('resource_arn'),
        {
          attribute: 'log_destination_configs',
          to: ['aws_cloudwatch_log_group', 'aws_s3_bucket', 'aws_kinesis_firehose_delivery_stream'],
          by: 'arn',
          refusal: {
            code: 'WAFLogDestinationPermissionIssueException',
            message:
              "The operation failed because you don't have the permissions that your logging configuration requires: {value}",
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          const wrong = texts(attributes['log_destination_configs']).find((arn) => !/[:/]aws-waf-logs-/.test(arn));
          if (wrong !== undefined) {
            throw new AwsError(
              'WAFInvalidParameterException',
              `Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: LOG_DESTINATION, parameter: ${wrong}`,
              { path: ['log_destination_configs'] },
            );
          }
        },
      ],
    },
  },
};

/** Capacity units of AWS's groups [WAF developer guide, AWS Managed Rules rule groups list]. */
const MANAGED_GROUPS: Readonly<Record<string, number>> = {
  AWSManagedRulesACFPRuleSet: 50,
  AWSManagedRulesATPRuleSet: 50,
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesAntiDDoSRuleSet: 50,
  AWSManagedRulesBotControlRuleSet: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesWordPressRuleSet: 100,
};

function webAclReference(attribute: string) {
  return {
    attribute,
    to: 'aws_wafv2_web_acl',
    by: 'arn',
    refusal: {
      code: 'WAFNonexistentItemException',
      message: "AWS WAF couldn't perform the operation because your resource doesn't exist.",
    },
  };
}

function statementsOf(rule: ObjectValue, kind: string): readonly ObjectValue[] {
  return blocks(rule['statement']).flatMap((statement) => blocks(statement[kind]));
}

/** A stand-in for other statements: two units, as the cheapest ones. */
function capacityOf(rule: ObjectValue): number {
  const [group] = statementsOf(rule, 'managed_rule_group_statement');
  return group === undefined ? 2 : (MANAGED_GROUPS[text(group['name'])] ?? 50);
}

function checkRules({ attributes }: ResourceContext): void {
  const rules = blocks(attributes['rule']);
  const refuse = (code: string, message: string) => new AwsError(code, message, { path: ['rule'] });
  const priorities = rules.map((rule) => rule['priority']);
  const names = rules.map((rule) => text(rule['name']));
  if (new Set(priorities).size < priorities.length || new Set(names).size < names.length) {
    throw refuse(
      'WAFInvalidParameterException',
      'Error reason: Your request contains duplicate rules, by name or by priority, field: RULE',
    );
  }
  for (const rule of rules) {
    for (const { limit } of statementsOf(rule, 'rate_based_statement')) {
      if (typeof limit === 'number' && (limit < 10 || limit > 2_000_000_000)) {
        throw refuse(
          'WAFInvalidParameterException',
          `Error reason: The limit of a rate-based statement is from 10 to 2000000000, field: RATE_BASED_STATEMENT, parameter: ${limit}`,
        );
      }
    }
    for (const group of statementsOf(rule, 'managed_rule_group_statement')) {
      if (group['vendor_name'] === 'AWS' && MANAGED_GROUPS[text(group['name'])] === undefined) {
        throw refuse(
          'WAFNonexistentItemException',
          `AWS WAF couldn't perform the operation because your resource doesn't exist: AWS ${text(group['name'])}`,
        );
      }
      if (blocks(rule['override_action']).length === 0) {
        throw refuse(
          'WAFInvalidParameterException',
          `Error reason: A reference in your rule statement is not valid., field: RULE, parameter: ${text(rule['name'])}`,
        );
      }
    }
  }
}
