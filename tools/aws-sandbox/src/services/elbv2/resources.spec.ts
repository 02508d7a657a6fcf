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

const elb = (call: string, refusal: string) =>
  `operation error Elastic Load Balancing v2: ${call}, https response error StatusCode: 400, ${refusal}`;

const creating = (refusal: string, name = 'api') =>
  `creating ELBv2 Load Balancer (${name}): ${elb('CreateLoadBalancer', refusal)}`;

const targetGroup = (vpcId: string, name = 'api') =>
  terraform.apply('aws_lb_target_group', { name, port: 80, protocol: 'HTTP', vpc_id: vpcId });

describe('a load balancer', () => {
  it("has AWS's names, and the default group of its VPC", () => {
    const { vpc, vpcId, subnetIds } = networkOf(terraform);

    const balancer = terraform.apply('aws_lb', { name: 'api', subnets: subnetIds });
    const internal = terraform.apply('aws_lb', { name: 'inner', subnets: subnetIds, internal: true });

    expect(balancer).toMatchObject({
      arn: expect.stringMatching(
        /^arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer\/app\/api\/[0-9a-f]{16}$/,
      ),
      arn_suffix: expect.stringMatching(/^app\/api\/[0-9a-f]{16}$/),
      dns_name: expect.stringMatching(/^api-\d{10}\.us-east-1\.elb\.amazonaws\.com$/),
      zone_id: 'Z35SXDOTRQ7X7K',
      vpc_id: vpcId,
      security_groups: [vpc['default_security_group_id']],
    });
    expect(internal['dns_name']).toMatch(/^internal-inner-\d{10}\.us-east-1\.elb\.amazonaws\.com$/);
  });

  it('is refused with one zone, two networks, or subnets that are not there', () => {
    const [{ subnetIds }, other] = [networkOf(terraform), networkOf(terraform)];
    const refusal = (...subnets: readonly string[]) => terraform.refusal('aws_lb', { name: 'api', subnets });
    const [a = '', b = ''] = subnetIds;

    expect(refusal(a)).toEqual([
      creating('ValidationError: At least two subnets in two different Availability Zones must be specified'),
      'subnets',
    ]);
    expect(refusal(a, other.subnetIds[1] ?? '')).toEqual([
      creating('InvalidConfigurationRequest: All subnets must belong to the same VPC'),
      'subnets',
    ]);
    expect(refusal(a, 'subnet-0')).toEqual([
      creating("SubnetNotFound: The subnet ID 'subnet-0' does not exist"),
      'subnets',
    ]);
    expect(refusal(a, b)).toBeUndefined();
    expect(refusal(a, b)).toEqual([
      creating(
        "DuplicateLoadBalancerName: A load balancer with the same name 'api' exists, but with different settings",
      ),
      'name',
    ]);
  });

  it.each([
    ['x'.repeat(33), "cannot be longer than '32' characters"],
    [
      '-api',
      "can only contain characters that are alphanumeric characters and hyphens(-), and must not begin or end with a hyphen or begin with 'internal-'",
    ],
    [
      'internal-api',
      "can only contain characters that are alphanumeric characters and hyphens(-), and must not begin or end with a hyphen or begin with 'internal-'",
    ],
  ])('is refused the name %s', (name, rule) => {
    const { subnetIds } = networkOf(terraform);

    expect(terraform.refusal('aws_lb', { name, subnets: subnetIds })).toEqual([
      creating(`ValidationError: The load balancer name '${name}' ${rule}`, name),
      'name',
    ]);
  });

  it('is not deleted while it is protected, and takes its listeners with it', () => {
    const { subnetIds, vpcId } = networkOf(terraform);
    const config = { name: 'api', subnets: subnetIds };
    const guarded = terraform.apply('aws_lb', { ...config, enable_deletion_protection: true });
    terraform.apply('aws_lb_listener', {
      load_balancer_arn: guarded['arn'] ?? null,
      port: 80,
      protocol: 'HTTP',
      default_action: [{ type: 'forward', target_group_arn: targetGroup(vpcId)['arn'] ?? null }],
    });

    expect(terraform.refusalOfDestroy('aws_lb', guarded)).toEqual([
      `deleting ELBv2 Load Balancer (${String(guarded['id'])}): ${elb('DeleteLoadBalancer', `OperationNotPermitted: Load balancer '${String(guarded['arn'])}' cannot be deleted because deletion protection is enabled`)}`,
      '',
    ]);
    const free = terraform.apply('aws_lb', config, guarded);
    expect(terraform.destroy('aws_lb', free)).toEqual([]);
    expect(terraform.account.list('aws_lb_listener')).toEqual([]);
  });
});

describe('a listener', () => {
  it('has an ARN below its balancer, a port of its own, and a target that is there', () => {
    const { subnetIds, vpcId } = networkOf(terraform);
    const balancer = terraform.apply('aws_lb', { name: 'api', subnets: subnetIds });
    const target = targetGroup(vpcId);
    const listener = (change: ObjectValue = {}): ObjectValue => ({
      load_balancer_arn: balancer['arn'] ?? null,
      port: 80,
      protocol: 'HTTP',
      default_action: [{ type: 'forward', target_group_arn: target['arn'] ?? null }],
      ...change,
    });
    const refusal = (change: ObjectValue = {}) => terraform.refusal('aws_lb_listener', listener(change));
    const failing = (text: string) => `creating ELBv2 Listener: ${elb('CreateListener', text)}`;

    const state = terraform.apply('aws_lb_listener', listener());

    expect(String(state['arn'])).toMatch(
      new RegExp(`^${String(balancer['arn']).replace(':loadbalancer/', ':listener/')}/[0-9a-f]{16}$`),
    );
    expect(terraform.refresh('aws_lb_target_group', target)?.['load_balancer_arns']).toEqual([balancer['arn']]);
    expect(refusal()).toEqual([
      failing(
        `DuplicateListener: A listener already exists on this port for this load balancer '${String(balancer['arn'])}'`,
      ),
      'port',
    ]);
    const missing = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/missing/0';
    expect(refusal({ port: 81, default_action: [{ type: 'forward', target_group_arn: missing }] })).toEqual([
      failing('TargetGroupNotFound: One or more target groups not found'),
      'default_action.0.target_group_arn',
    ]);
    expect(refusal({ port: 443, protocol: 'HTTPS' })).toEqual([
      failing('ValidationError: A certificate must be specified for HTTPS listeners'),
      'certificate_arn',
    ]);
    expect(terraform.refusalOfDestroy('aws_lb_target_group', target)).toEqual([
      `deleting ELBv2 Target Group (${String(target['id'])}): ${elb('DeleteTargetGroup', `ResourceInUse: Target group '${String(target['arn'])}' is currently in use by a listener or a rule`)}`,
      '',
    ]);
  });
});

describe('a function in a target group', () => {
  it('is registered once the load balancer may invoke it for that group', () => {
    const put = (type: string, id: string, arn: string, attributes: ObjectValue) =>
      terraform.account.commit([{ put: { type, region: 'us-east-1', service: 'lambda', id, arn, attributes } }]);
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:check';
    put('aws_lambda_function', 'check', arn, {});
    const group = terraform.apply('aws_lb_target_group', { name: 'check', target_type: 'lambda' });
    const target: ObjectValue = { target_group_arn: group['arn'] ?? null, target_id: arn };
    const permission = (source: string) =>
      put('aws_lambda_permission', 'check/one', '', {
        function_name: 'check',
        action: 'lambda:InvokeFunction',
        principal: 'elasticloadbalancing.amazonaws.com',
        source_arn: source,
      });
    const refused = [
      expect.stringContaining(
        `AccessDenied: elasticloadbalancing principal does not have permission to invoke ${arn} from target group ${String(group['arn'])}`,
      ),
      'target_id',
    ];

    expect(terraform.refusal('aws_lb_target_group_attachment', target)).toEqual(refused);
    permission('arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/other/0');
    expect(terraform.refusal('aws_lb_target_group_attachment', target)).toEqual(refused);
    permission(String(group['arn']));
    expect(terraform.apply('aws_lb_target_group_attachment', target)['id']).toMatch(
      new RegExp(`^${String(group['arn'])}-[0-9a-f]{26}$`),
    );
    expect(
      terraform.refusal('aws_lb_target_group_attachment', {
        ...target,
        target_group_arn: `${String(group['arn'])}0`,
      })?.[0],
    ).toContain('TargetGroupNotFound');
  });
});

describe('a target group', () => {
  it('has a health check path of at most 1024 characters', () => {
    const { vpcId } = networkOf(terraform);
    const refusalOf = (length: number) =>
      terraform.refusal('aws_lb_target_group', {
        name: `api-${length}`,
        port: 80,
        protocol: 'HTTP',
        vpc_id: vpcId,
        health_check: [{ path: `/${'a'.repeat(length - 1)}` }],
      });

    expect(refusalOf(1024)).toBeUndefined();
    expect(refusalOf(1025)?.[0]).toContain('ValidationError: Health check path can have at most 1024 characters.');
  });

  it("has AWS's names and health check", () => {
    const { vpcId } = networkOf(terraform);

    expect(targetGroup(vpcId)).toMatchObject({
      arn: expect.stringMatching(
        /^arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup\/api\/[0-9a-f]{16}$/,
      ),
      arn_suffix: expect.stringMatching(/^targetgroup\/api\/[0-9a-f]{16}$/),
      deregistration_delay: '300',
      protocol_version: 'HTTP1',
    });
  });

  it('is refused in a VPC that is not there', () => {
    expect(
      terraform.refusal('aws_lb_target_group', { name: 'api', port: 80, protocol: 'HTTP', vpc_id: 'vpc-0' }),
    ).toEqual([
      `creating ELBv2 Target Group (api): ${elb('CreateTargetGroup', "ValidationError: The VPC ID 'vpc-0' is not found")}`,
      'vpc_id',
    ]);
  });
});
