import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { WebFirewall, type WebFirewallProps } from './web-firewall';

function synthesizeFirewall(changes: Partial<WebFirewallProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new WebFirewall(scope, 'Firewall', {
      name: 'orders',
      loadBalancerArn: 'arn:aws:elasticloadbalancing:orders',
      requestLimitPerAddress: 2_000,
      logRetentionDays: 30,
      logKmsKeyArn: 'arn:aws:kms:key',
      ...changes,
    });
  });
}

const WEB_ACL = expect.stringMatching(/^\$\{aws_wafv2_web_acl\.Firewall_[0-9A-F]{8}\.arn\}$/);
const metrics = (name: string) => ({
  cloudwatch_metrics_enabled: true,
  metric_name: name,
  sampled_requests_enabled: true,
});
const managed = (name: string, priority: number) => ({
  name,
  priority,
  override_action: { none: {} },
  statement: { managed_rule_group_statement: { vendor_name: 'AWS', name } },
  visibility_config: metrics(name),
});

describe('WebFirewall', () => {
  it('lets through what neither the limit nor a managed rule blocks', () => {
    expect(synthesizeFirewall().resource('aws_wafv2_web_acl')).toEqual({
      name: 'orders',
      scope: 'REGIONAL',
      default_action: { allow: {} },
      rule: [
        {
          name: 'RateLimit',
          priority: 10,
          action: { block: { custom_response: { response_code: 429 } } },
          statement: { rate_based_statement: { limit: 2000, aggregate_key_type: 'IP', evaluation_window_sec: 300 } },
          visibility_config: metrics('RateLimit'),
        },
        managed('AWSManagedRulesAmazonIpReputationList', 20),
        managed('AWSManagedRulesCommonRuleSet', 30),
        managed('AWSManagedRulesKnownBadInputsRuleSet', 40),
      ],
      visibility_config: metrics('orders'),
    });
  });

  it('stands before the load balancer', () => {
    expect(synthesizeFirewall().resource('aws_wafv2_web_acl_association')).toEqual({
      resource_arn: 'arn:aws:elasticloadbalancing:orders',
      web_acl_arn: WEB_ACL,
    });
  });

  it('logs what it blocks, encrypted, without credentials', () => {
    const state = synthesizeFirewall();

    expect(state.resource('aws_cloudwatch_log_group')).toEqual({
      name: 'aws-waf-logs-orders',
      retention_in_days: 30,
      kms_key_id: 'arn:aws:kms:key',
    });
    expect(state.resource('aws_wafv2_web_acl_logging_configuration')).toEqual({
      resource_arn: WEB_ACL,
      log_destination_configs: [
        expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.Firewall_LogGroup_[0-9A-F]{8}\.arn\}$/),
      ],
      logging_filter: {
        default_behavior: 'DROP',
        filter: [
          { behavior: 'KEEP', requirement: 'MEETS_ANY', condition: [{ action_condition: { action: 'BLOCK' } }] },
        ],
      },
      redacted_fields: [{ single_header: { name: 'authorization' } }, { single_header: { name: 'cookie' } }],
    });
  });

  it.each([9, 2_000_000_001, 10.5, Number.NaN])('refuses a limit of %d requests', (requestLimitPerAddress) => {
    expect(() => synthesizeFirewall({ requestLimitPerAddress })).toThrow(
      new Error(
        `constructs/Firewall: requestLimitPerAddress is ${requestLimitPerAddress}, expected a whole number from 10 to 2000000000. Correct it.`,
      ),
    );
  });

  it.each(['', 'orders api', 'o'.repeat(112)])('refuses the name "%s"', (name) => {
    expect(() => synthesizeFirewall({ name })).toThrow(
      new Error(
        `constructs/Firewall: name is ${name}, expected 1 to 111 letters, digits, hyphens and underscores. Correct it.`,
      ),
    );
  });
});
