import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient, networkOf } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const visibility = [{ cloudwatch_metrics_enabled: true, metric_name: 'api', sampled_requests_enabled: true }];
const managed = (name: string, priority: number): ObjectValue => ({
  name,
  priority,
  override_action: [{ none: [{}] }],
  statement: [{ managed_rule_group_statement: [{ vendor_name: 'AWS', name }] }],
  visibility_config: visibility,
});
const rateLimit = (limit: number, priority = 1): ObjectValue => ({
  name: 'limit',
  priority,
  action: [{ block: [{}] }],
  statement: [{ rate_based_statement: [{ limit }] }],
  visibility_config: visibility,
});
const webAcl = (...rule: ObjectValue[]): ObjectValue => ({
  name: 'api',
  scope: 'REGIONAL',
  default_action: [{ allow: [{}] }],
  rule,
  visibility_config: visibility,
});

describe('a web ACL', () => {
  it('is planned again without a change, and knows what its rules cost', () => {
    const given = webAcl(rateLimit(2_000), managed('AWSManagedRulesCommonRuleSet', 2));

    const state = terraform.apply('aws_wafv2_web_acl', given);

    expect(state['capacity']).toBe(702);
    expect(state['arn']).toMatch(/^arn:aws:wafv2:us-east-1:000000000000:regional\/webacl\/api\/[0-9a-f-]{36}$/);
    expect(terraform.changes('aws_wafv2_web_acl', given, state)).toEqual([]);
    expect(terraform.replacements('aws_wafv2_web_acl', webAcl(rateLimit(3_000)), state)).toEqual([]);
  });

  it('refuses rules of one priority, a limit out of range and a group that AWS does not have', () => {
    expect(
      terraform.refusal('aws_wafv2_web_acl', webAcl(rateLimit(100), managed('AWSManagedRulesCommonRuleSet', 1)))?.[0],
    ).toContain('WAFInvalidParameterException: Error reason: Your request contains duplicate rules');
    expect(terraform.refusal('aws_wafv2_web_acl', webAcl(rateLimit(9)))?.[0]).toContain('parameter: 9');
    expect(terraform.refusal('aws_wafv2_web_acl', webAcl(managed('AWSManagedRulesCommon', 1)))?.[0]).toContain(
      "WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist: AWS AWSManagedRulesCommon",
    );
  });

  it('stands before a load balancer of its region, and is kept while it does', () => {
    const acl = terraform.apply('aws_wafv2_web_acl', webAcl());
    const balancer = terraform.apply('aws_lb', { name: 'api', subnets: networkOf(terraform).subnetIds });
    const missing = `${String(balancer['arn'])}0`;

    expect(
      terraform.refusal('aws_wafv2_web_acl_association', { resource_arn: missing, web_acl_arn: acl['arn'] ?? null }),
    ).toEqual([
      "creating WAFv2 WebACL Association: operation error WAFV2: AssociateWebACL, https response error StatusCode: 400, WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist.",
      'resource_arn',
    ]);

    terraform.apply('aws_wafv2_web_acl_association', {
      resource_arn: balancer['arn'] ?? null,
      web_acl_arn: acl['arn'] ?? null,
    });
    expect(terraform.refusalOfDestroy('aws_wafv2_web_acl', acl)?.[0]).toContain('WAFAssociatedItemException');
  });

  it('logs to a log group of the prefix that WAF wants', () => {
    const { arn = null } = terraform.apply('aws_wafv2_web_acl', webAcl());
    const logsTo = (name: string): ObjectValue => ({
      resource_arn: arn,
      log_destination_configs: [terraform.apply('aws_cloudwatch_log_group', { name })['arn'] ?? null],
    });

    expect(terraform.refusal('aws_wafv2_web_acl_logging_configuration', logsTo('api'))?.[0]).toContain(
      'WAFInvalidParameterException',
    );
    expect(terraform.refusal('aws_wafv2_web_acl_logging_configuration', logsTo('aws-waf-logs-api'))).toBeUndefined();
  });
});
