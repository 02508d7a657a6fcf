import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy';
import { Route53QueryLog } from '@cdktf/provider-aws/lib/route53-query-log';
import { Construct } from 'constructs';
import { policyDocument } from '../iam/policy-document';
import { LogGroup } from '../log-group/log-group';

/** The only region in which Route 53 writes query logs and metrics [Route 53 developer guide, query logging, metrics]. */
export const ROUTE_53_REGION = 'us-east-1';

export interface QueryLogProps {
  readonly zoneId: string;
  /** Domain of the zone: names the log group. */
  readonly domainName: string;
  /** Account of the zone: twelve digits. */
  readonly accountId: string;
  readonly retentionDays: number;
  /** Key of us-east-1 whose policy names CloudWatch Logs. */
  readonly kmsKeyArn: string;
  /** Name of the permission for Route 53 to write: unique among the ten that an account has in a region. */
  readonly policyName: string;
}

/** Log of the queries of a zone that reach Route 53; a resolver's cached answers are not in it. Only in us-east-1. */
export class QueryLog extends Construct {
  constructor(scope: Construct, id: string, props: QueryLogProps) {
    super(scope, id);
    const { zoneId, domainName, accountId, retentionDays, kmsKeyArn, policyName } = props;
    const logGroup = new LogGroup(this, 'LogGroup', {
      name: `/aws/route53/${domainName}`,
      retentionDays,
      kmsKeyArn,
    });
    const permission = new CloudwatchLogResourcePolicy(this, 'Permission', {
      policyName,
      policyDocument: policyDocument([
        {
          Effect: 'Allow',
          Principal: { Service: 'route53.amazonaws.com' },
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `${logGroup.logGroupArn}:*`,
          Condition: {
            StringEquals: { 'aws:SourceAccount': accountId },
            ArnLike: { 'aws:SourceArn': 'arn:aws:route53:::hostedzone/*' },
          },
        },
      ]),
    });
    new Route53QueryLog(this, 'Resource', {
      zoneId,
      cloudwatchLogGroupArn: logGroup.logGroupArn,
      dependsOn: [permission],
    });
  }
}
