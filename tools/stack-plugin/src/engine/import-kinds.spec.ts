import { importKindOf, kindOfArn, type KnownValues } from './import-kinds';

describe('an import id', () => {
  it.each<[string, KnownValues, string]>([
    ['aws_vpc', { id: 'vpc-1' }, 'vpc-1'],
    [
      'aws_appautoscaling_policy',
      {
        service_namespace: 'ecs',
        resource_id: 'service/a/b',
        scalable_dimension: 'ecs:service:DesiredCount',
        name: 'cpu',
        id: 'cpu',
      },
      'ecs/service/a/b/ecs:service:DesiredCount/cpu',
    ],
    ['aws_backup_selection', { plan_id: 'p', id: 's' }, 'p|s'],
    ['aws_cloudwatch_event_target', { rule: 'tick', id: 'tick-terraform-1' }, 'tick/terraform-1'],
    ['aws_cloudwatch_event_target', { rule: 'tick', target_id: 't', id: 'tick-t' }, 'tick/t'],
    [
      'aws_dynamodb_table_replica',
      { global_table_arn: 'arn:aws:dynamodb:us-west-2:222222222222:table/orders' },
      'orders:us-west-2',
    ],
    ['aws_ecs_cluster', { id: 'arn:aws:ecs:us-east-1:222222222222:cluster/shop', name: 'shop' }, 'shop'],
    ['aws_ecs_service', { cluster: 'arn:aws:ecs:us-east-1:222222222222:cluster/shop', name: 'api' }, 'shop/api'],
    [
      'aws_iam_role_policy_attachment',
      { role: 'r', policy_arn: 'arn:aws:iam::aws:policy/P' },
      'r/arn:aws:iam::aws:policy/P',
    ],
    ['aws_lambda_permission', { function_name: 'f', statement_id: 's', id: 's' }, 'f/s'],
    ['aws_route', { route_table_id: 'rtb-1', destination_ipv6_cidr_block: '::/0', id: 'r-rtb-1' }, 'rtb-1_::/0'],
    ['aws_route53_record', { zone_id: 'Z', name: 'www', type: 'A' }, 'Z_www_A'],
    ['aws_route53_record', { zone_id: 'Z', name: 'www', type: 'A', set_identifier: 'one' }, 'Z_www_A_one'],
    ['aws_route_table_association', { gateway_id: 'igw-1', route_table_id: 'rtb-1', id: 'rtbassoc-1' }, 'igw-1/rtb-1'],
    ['aws_wafv2_web_acl', { id: 'i', name: 'n', scope: 'REGIONAL' }, 'i/n/REGIONAL'],
    ['aws_budgets_budget', { id: '222222222222:b' }, '222222222222:b'],
  ])('of %s is made of %j', (type, values, id) => {
    expect(importKindOf(type).importId(values)).toBe(id);
  });

  it.each<[string, KnownValues]>([
    ['aws_vpc', {}],
    ['aws_route', { route_table_id: 'rtb-1' }],
    ['aws_backup_selection', { plan_id: 'p' }],
    ['aws_acm_certificate_validation', { id: '2026-11-27' }],
  ])('of %s is not known by %j', (type, values) => {
    expect(importKindOf(type).importId(values)).toBeUndefined();
  });
});

describe('an ARN', () => {
  it.each([
    ['arn:aws:ec2:us-east-1:222222222222:subnet/subnet-1', 'subnet-1'],
    ['arn:aws-us-gov:kms:us-gov-west-1:222222222222:key/k', 'k'],
    ['arn:aws:route53:::hostedzone/Z', 'Z'],
    ['arn:aws:sns:us-east-1:222222222222:news', 'arn:aws:sns:us-east-1:222222222222:news'],
    ['arn:aws:wafv2:us-east-1:222222222222:regional/webacl/n/i', 'i'],
  ])('%s names %s', (arn, id) => {
    expect(kindOfArn(arn)?.id).toBe(id);
  });

  it.each([
    'arn:aws:rds:us-east-1:222222222222:cluster-snapshot:rds:orders',
    'arn:aws:ecs:us-east-1:222222222222:task/shop/1',
    'arn:aws:ec2:us-east-1:222222222222:network-interface/eni-1',
    'arn:aws:sns:us-east-1:222222222222:news:b810cc07-02c9-4b80-a3a2-8555d8fd9d19',
  ])('%s is of nothing that Terraform makes here', (arn) => {
    expect(kindOfArn(arn)).toBeUndefined();
  });
});
