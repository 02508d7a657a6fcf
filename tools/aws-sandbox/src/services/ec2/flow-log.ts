import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import { isTrusted } from '../iam/resources';
import { subnetReference, vpcReference } from './references';

/** Codes and words: Amazon EC2 API Reference, CreateFlowLogs; terraform-provider-aws, issue 29323. */
export const flowLog: ResourceDefinition = {
  label: 'Flow Log',
  calls: { create: 'CreateFlowLogs', update: 'CreateTags', delete: 'DeleteFlowLogs' },
  namedBy: 'vpc_id',
  id: 'fl-{hex:17}',
  arn: 'arn:aws:ec2:{region}:{accountId}:vpc-flow-log/{id}',
  replaces: [
    'deliver_cross_account_role',
    'destination_options',
    'eni_id',
    'iam_role_arn',
    'log_destination',
    'log_destination_type',
    'log_format',
    'max_aggregation_interval',
    'regional_nat_gateway_id',
    'subnet_id',
    'traffic_type',
    'transit_gateway_attachment_id',
    'transit_gateway_id',
    'vpc_id',
  ],
  defaults: { log_destination_type: 'cloud-watch-logs', max_aggregation_interval: 600 },
  allowed: {
    log_destination_type: ['cloud-watch-logs', 's3', 'kinesis-data-firehose'],
    traffic_type: ['ACCEPT', 'REJECT', 'ALL'],
  },
  exactlyOneOf: [
    ['eni_id', 'regional_nat_gateway_id', 'subnet_id', 'transit_gateway_attachment_id', 'transit_gateway_id', 'vpc_id'],
  ],
  computed: {
    log_destination: '',
    // A function, since the places are AWS's own.
    log_format: () =>
      '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}',
  },
  references: [
    vpcReference('vpc_id'),
    subnetReference('subnet_id'),
    {
      attribute: 'iam_role_arn',
      to: 'aws_iam_role',
      by: 'arn',
      refusal: { code: 'InvalidParameter', message: "Unable to assume given IAM role: '{value}'" },
    },
    {
      attribute: 'log_destination',
      to: ['aws_cloudwatch_log_group', 'aws_s3_bucket', 'aws_kinesis_firehose_delivery_stream'],
      by: 'arn',
      refusal: { code: 'InvalidParameter', message: 'LogDestination: {value} does not exist' },
    },
  ],
  checks: [checkInterval, checkRole, checkTwin],
};

function checkInterval({ attributes }: ResourceContext): void {
  const interval = attributes['max_aggregation_interval'];
  if (interval !== 60 && interval !== 600) {
    throw new AwsError('InvalidParameter', `Invalid Flow Log Max Aggregation Interval: ${String(interval)}`, {
      path: ['max_aggregation_interval'],
    });
  }
}

/** Only delivery to CloudWatch Logs goes through a role, which the service has to be trusted with. */
function checkRole({ attributes, account }: ResourceContext): void {
  if (attributes['log_destination_type'] !== 'cloud-watch-logs') return;
  const path = ['iam_role_arn'];
  const arn = text(attributes['iam_role_arn']);
  if (arn === '') {
    throw new AwsError(
      'InvalidParameter',
      'DeliverLogsPermissionArn cannot be empty with LogDestinationType cloud-watch-logs',
      {
        path,
      },
    );
  }
  const role = account.findByArn(arn);
  if (role !== undefined && !isTrusted(role, 'vpc-flow-logs.amazonaws.com')) {
    throw new AwsError('InvalidParameter', `Unable to assume given IAM role: '${arn}'`, { path });
  }
}

function checkTwin({ attributes, account, region, id }: ResourceContext): void {
  const same = ['vpc_id', 'subnet_id', 'log_destination', 'traffic_type', 'log_format', 'max_aggregation_interval'];
  const twin = account
    .list('aws_flow_log', region)
    .find(
      (other) =>
        other.id !== id && same.every((name) => (other.attributes[name] ?? null) === (attributes[name] ?? null)),
    );
  if (twin !== undefined) {
    throw new AwsError(
      'FlowLogAlreadyExists',
      'Error. There is an existing Flow Log with the same configuration and log destination.',
    );
  }
}
