import { FlowLog } from '@cdktf/provider-aws/lib/flow-log';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { policyDocument } from '../iam/policy-document';
import { LogGroup } from '../log-group/log-group';

export interface VpcFlowLogProps {
  /** Name tag of the flow log, and last part of its log group's name. */
  readonly name: string;
  readonly vpcId: string;
  /** Region and account of the VPC: the role can be assumed for flow logs of both alone. */
  readonly region: string;
  readonly accountId: string;
  /** Name of the role that writes, unique in the account over all regions. */
  readonly roleName: string;
  /** Days that records are kept; CloudWatch Logs takes certain numbers only. */
  readonly retentionDays: number;
  /** Key whose policy names CloudWatch Logs of this region. */
  readonly kmsKeyArn: string;
  /**
   * Seconds of traffic in one record: 60 or 600. A change replaces the flow log and keeps the log group.
   * @default 60
   */
  readonly aggregationSeconds?: number;
}

/**
 * Records the accepted and refused connections of a VPC in an encrypted log group. The role may write to that group and
 * to nothing else.
 */
export class VpcFlowLog extends Construct {
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, props: VpcFlowLogProps) {
    super(scope, id);
    const { name, vpcId, region, accountId, roleName, retentionDays, kmsKeyArn, aggregationSeconds = 60 } = props;
    validateAggregation(this.node.path, aggregationSeconds);

    const logGroup = new LogGroup(this, 'LogGroup', { name: `/vpc/flow-log/${name}`, retentionDays, kmsKeyArn });
    const role = new IamRole(this, 'Role', {
      name: roleName,
      description: `Writes the flow log of VPC ${name}`,
      // The conditions keep the service from using the role for somebody else [Amazon VPC user guide, IAM role for flow logs].
      assumeRolePolicy: policyDocument([
        {
          Effect: 'Allow',
          Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': accountId },
            ArnLike: { 'aws:SourceArn': `arn:aws:ec2:${region}:${accountId}:vpc-flow-log/*` },
          },
        },
      ]),
    });
    const policy = new IamRolePolicy(this, 'Policy', {
      name: 'flow-log',
      role: role.id,
      policy: policyDocument([
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          // Without `:*` the streams are not meant, and delivery ends in "Access error" [terraform-aws-vpc 1262].
          Resource: [`${logGroup.logGroupArn}:*`],
        },
      ]),
    });
    new FlowLog(this, 'Resource', {
      vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: logGroup.logGroupArn,
      iamRoleArn: role.arn,
      maxAggregationInterval: aggregationSeconds,
      tags: { Name: name },
      dependsOn: [policy],
    });
    this.logGroupName = logGroup.logGroupName;
  }
}

function validateAggregation(path: string, aggregationSeconds: number): void {
  if (aggregationSeconds !== 60 && aggregationSeconds !== 600) {
    throw new Error(`${path}: aggregationSeconds is ${aggregationSeconds}, expected 60 or 600. Correct it.`);
  }
}
