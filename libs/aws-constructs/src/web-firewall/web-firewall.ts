import { Wafv2WebAcl, type Wafv2WebAclRule } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration';
import { Construct } from 'constructs';
import { LogGroup } from '../log-group/log-group';

export interface WebFirewallProps {
  /** 1 to 111 letters, digits, hyphens and underscores. A change replaces the firewall. */
  readonly name: string;
  /** Load balancer that it stands before. */
  readonly loadBalancerArn: string;
  /** Requests of one client address in five minutes, beyond which it is blocked; 10 to 2,000,000,000. */
  readonly requestLimitPerAddress: number;
  readonly logRetentionDays: number;
  /** Key of the log group; its policy names CloudWatch Logs of this region. */
  readonly logKmsKeyArn: string;
}

/** AWS WAF takes log groups of this prefix only [WAF developer guide, logging to CloudWatch Logs]. */
const LOG_GROUP_PREFIX = 'aws-waf-logs-';
/** So that the name fits the web ACL, and with the prefix what else is called by it. */
const NAME = /^[\w-]{1,111}$/;

/** Groups of rules that AWS keeps up to date, in the order of their evaluation. */
const MANAGED_GROUPS = [
  { name: 'AWSManagedRulesAmazonIpReputationList', priority: 20 },
  { name: 'AWSManagedRulesCommonRuleSet', priority: 30 },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', priority: 40 },
] as const;

/**
 * A web ACL before a load balancer: AWS's managed rules and a limit of requests per client address. What it blocks is
 * logged, without credentials.
 */
export class WebFirewall extends Construct {
  readonly webAclArn: string;
  /** Its name in the dimensions of the metrics of AWS/WAFV2. */
  readonly metricName: string;

  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id);
    const { name, requestLimitPerAddress } = props;
    if (!NAME.test(name)) {
      throw new Error(
        `${this.node.path}: name is ${name}, expected 1 to 111 letters, digits, hyphens and underscores. Correct it.`,
      );
    }
    if (
      !Number.isInteger(requestLimitPerAddress) ||
      requestLimitPerAddress < 10 ||
      requestLimitPerAddress > 2_000_000_000
    ) {
      throw new Error(
        `${this.node.path}: requestLimitPerAddress is ${requestLimitPerAddress}, expected a whole number from 10 to 2000000000. Correct it.`,
      );
    }
    const webAcl = new Wafv2WebAcl(this, 'Resource', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rule: [rateLimitRule(requestLimitPerAddress), ...MANAGED_GROUPS.map(managedRule)],
      visibilityConfig: visibility(name),
    });
    new Wafv2WebAclAssociation(this, 'Association', {
      resourceArn: props.loadBalancerArn,
      webAclArn: webAcl.arn,
    });
    const logGroup = new LogGroup(this, 'LogGroup', {
      name: `${LOG_GROUP_PREFIX}${name}`,
      retentionDays: props.logRetentionDays,
      kmsKeyArn: props.logKmsKeyArn,
    });
    new Wafv2WebAclLoggingConfiguration(this, 'Logging', {
      resourceArn: webAcl.arn,
      logDestinationConfigs: [logGroup.logGroupArn],
      loggingFilter: {
        defaultBehavior: 'DROP',
        filter: [{ behavior: 'KEEP', requirement: 'MEETS_ANY', condition: [{ actionCondition: { action: 'BLOCK' } }] }],
      },
      redactedFields: [{ singleHeader: { name: 'authorization' } }, { singleHeader: { name: 'cookie' } }],
    });
    this.webAclArn = webAcl.arn;
    this.metricName = name;
  }
}

/** First, so that a flood is cut off before anything dearer is evaluated. */
function rateLimitRule(limit: number): Wafv2WebAclRule {
  return {
    name: 'RateLimit',
    priority: 10,
    action: { block: { customResponse: { responseCode: 429 } } },
    // The bindings leave statements untyped, since they nest: these are the names of the provider.
    statement: { rate_based_statement: { limit, aggregate_key_type: 'IP', evaluation_window_sec: 300 } },
    visibilityConfig: visibility('RateLimit'),
  };
}

function managedRule({ name, priority }: (typeof MANAGED_GROUPS)[number]): Wafv2WebAclRule {
  return {
    name,
    priority,
    // The group's own actions: to block.
    overrideAction: { none: {} },
    statement: { managed_rule_group_statement: { vendor_name: 'AWS', name } },
    visibilityConfig: visibility(name),
  };
}

function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}
