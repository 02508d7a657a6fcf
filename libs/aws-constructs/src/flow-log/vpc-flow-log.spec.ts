import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { VpcFlowLog, type VpcFlowLogProps } from './vpc-flow-log';

const PROPS: VpcFlowLogProps = {
  name: 'orders',
  vpcId: 'vpc-under-test',
  region: 'eu-west-1',
  accountId: '123456789012',
  roleName: 'orders-flow-log-eu-west-1',
  retentionDays: 30,
  kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/logs',
};

function synthesizeFlowLog(changes: Partial<VpcFlowLogProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new VpcFlowLog(scope, 'FlowLog', { ...PROPS, ...changes });
  });
}

describe('VpcFlowLog', () => {
  it('records what was accepted and what was refused, a record a minute, once the role may write', () => {
    expect(synthesizeFlowLog().resource('aws_flow_log')).toEqual({
      vpc_id: 'vpc-under-test',
      traffic_type: 'ALL',
      log_destination_type: 'cloud-watch-logs',
      log_destination: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.FlowLog_LogGroup_[0-9A-F]{8}\.arn\}$/),
      iam_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.FlowLog_Role_[0-9A-F]{8}\.arn\}$/),
      max_aggregation_interval: 60,
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.FlowLog_Policy_[0-9A-F]{8}$/)],
      tags: { Name: 'orders' },
    });
  });

  it('writes to an encrypted log group whose records end', () => {
    expect(synthesizeFlowLog().resource('aws_cloudwatch_log_group')).toEqual({
      name: '/vpc/flow-log/orders',
      retention_in_days: 30,
      kms_key_id: 'arn:aws:kms:eu-west-1:123456789012:key/logs',
    });
  });

  it('is written by a role that flow logs of this account and region alone can have', () => {
    const { assume_role_policy, ...role } = synthesizeFlowLog().resource('aws_iam_role');

    expect(role).toEqual({ name: 'orders-flow-log-eu-west-1', description: 'Writes the flow log of VPC orders' });
    expect(JSON.parse(assume_role_policy as string)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': '123456789012' },
            ArnLike: { 'aws:SourceArn': 'arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*' },
          },
        },
      ],
    });
  });

  it('lets that role write to the log group, and do nothing else', () => {
    const { policy } = synthesizeFlowLog().resource('aws_iam_role_policy');

    expect(JSON.parse(policy as string)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          Resource: [expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.FlowLog_LogGroup_[0-9A-F]{8}\.arn\}:\*$/)],
        },
      ],
    });
  });

  it('has a record every ten minutes where that is enough', () => {
    expect(synthesizeFlowLog({ aggregationSeconds: 600 }).resource('aws_flow_log')).toMatchObject({
      max_aggregation_interval: 600,
    });
  });

  it.each([0, 61, 300, Number.NaN])('refuses records of %d seconds', (aggregationSeconds) => {
    expect(() => synthesizeFlowLog({ aggregationSeconds })).toThrow(
      new Error(`constructs/FlowLog: aggregationSeconds is ${aggregationSeconds}, expected 60 or 600. Correct it.`),
    );
  });
});
