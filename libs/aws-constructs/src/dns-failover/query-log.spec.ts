import { synthesizeConstructs } from '@dr/testing';
import { QueryLog } from './query-log';

const state = synthesizeConstructs((scope) => {
  new QueryLog(scope, 'Queries', {
    zoneId: 'Z1',
    domainName: 'example.com',
    accountId: '123456789012',
    retentionDays: 30,
    kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/dns',
    policyName: 'dns-queries',
  });
});

describe('QueryLog', () => {
  it('writes into an encrypted group of the name that Route 53 wants, whose events end', () => {
    expect(state.resource('aws_cloudwatch_log_group')).toEqual({
      name: '/aws/route53/example.com',
      retention_in_days: 30,
      kms_key_id: 'arn:aws:kms:us-east-1:123456789012:key/dns',
    });
    expect(state.resource('aws_route53_query_log')).toMatchObject({
      zone_id: 'Z1',
      cloudwatch_log_group_arn: expect.stringMatching(
        /^\$\{aws_cloudwatch_log_group\.Queries_LogGroup_[0-9A-F]{8}\.arn\}$/,
      ),
    });
  });

  it('lets Route 53 write for hosted zones of this account, and nobody else', () => {
    const { policy_document: document } = state.resource('aws_cloudwatch_log_resource_policy');

    expect(JSON.parse(String(document))).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'route53.amazonaws.com' },
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Condition: {
            StringEquals: { 'aws:SourceAccount': '123456789012' },
            ArnLike: { 'aws:SourceArn': 'arn:aws:route53:::hostedzone/*' },
          },
        },
      ],
    });
  });
});
