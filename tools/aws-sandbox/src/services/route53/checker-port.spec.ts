import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { ObjectValue } from '../../model/value';
import { networkOf } from '../../testing/terraform-client';
import { TestSandbox } from '../../testing/test-sandbox';
import { healthCheckers } from './service';

const REGION = 'us-east-1';
const PORT = 8443;
const folder = mkdtempSync(join(tmpdir(), 'checker-port-'));

let aws: TestSandbox;
let host: string;
let checkId: string;

beforeAll(async () => {
  aws = await TestSandbox.start();
  const { terraform } = aws;
  const apply = (type: string, given: ObjectValue) => terraform.apply(type, given);
  const { groupId, subnetIds } = networkOf(terraform);
  const checkers = terraform.data('aws_ec2_managed_prefix_list', {
    name: `com.amazonaws.${REGION}.route53-healthchecks`,
  });
  apply('aws_vpc_security_group_ingress_rule', {
    ...{ security_group_id: groupId, ip_protocol: 'tcp', from_port: PORT, to_port: PORT },
    prefix_list_id: checkers.state?.['id'] ?? null,
  });
  const filename = join(folder, 'check.zip');
  writeFileSync(
    filename,
    zipSync({ 'index.js': strToU8('exports.handler = async () => ({ statusCode: 200, body: "region-serving" });') }),
  );
  const trust =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}';
  const check = apply('aws_lambda_function', {
    ...{ function_name: 'check', runtime: 'nodejs22.x', handler: 'index.handler', filename },
    role: apply('aws_iam_role', { name: 'check', assume_role_policy: trust })['arn'] ?? null,
  });
  const group = apply('aws_lb_target_group', { name: 'check', target_type: 'lambda' });
  apply('aws_lambda_permission', {
    ...{ statement_id: 'one', action: 'lambda:InvokeFunction', function_name: 'check' },
    principal: 'elasticloadbalancing.amazonaws.com',
    source_arn: group['arn'] ?? null,
  });
  apply('aws_lb_target_group_attachment', {
    target_group_arn: group['arn'] ?? null,
    target_id: check['arn'] ?? null,
  });
  const balancer = apply('aws_lb', { name: 'entry', subnets: subnetIds, security_groups: [groupId] });
  // Of a listener, the certificate alone would be more to make.
  const listener: ObjectValue = {
    load_balancer_arn: balancer['arn'] ?? null,
    ...{ protocol: 'HTTPS', port: PORT },
    default_action: [{ type: 'forward', target_group_arn: group['arn'] ?? null }],
  };
  terraform.account.commit([
    { put: { type: 'aws_lb_listener', region: REGION, service: 'elbv2', id: 'checks', attributes: listener } },
  ]);
  host = String(balancer['dns_name']);
  checkId = String(
    apply('aws_route53_health_check', {
      ...{ type: 'HTTPS_STR_MATCH', fqdn: host, port: PORT, resource_path: '/', search_string: 'region-serving' },
      ...{ request_interval: 10, failure_threshold: 1 },
    })['id'],
  );
});

afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (origin?: string) =>
  fetch(aws.address, {
    headers: { 'x-sandbox-host': `${host}:${PORT}`, ...(origin !== undefined && { 'x-sandbox-origin': origin }) },
    signal: AbortSignal.timeout(300),
  });

describe("a port that admits Route 53's checkers alone", () => {
  it('answers the checkers', async () => {
    const checkers = aws.services.of(healthCheckers);
    // A check is healthy before it was probed: it fails first, while the load balancer may not invoke the function.
    const permission = aws.terraform.account.list('aws_lambda_permission')[0];
    if (permission === undefined) throw new Error('no permission');
    aws.terraform.account.commit([{ remove: permission }]);
    await probed(() => !checkers.isHealthy(checkId));
    aws.terraform.account.commit([{ put: permission }]);

    await probed(() => checkers.isHealthy(checkId));
  });

  it('answers nobody else, whatever it says of itself', async () => {
    for (const origin of [undefined, '', '15.177.0.1', 'undefined']) {
      await expect(ask(origin)).rejects.toMatchObject({ name: 'TimeoutError' });
    }
  });
});

/** Runs probes until something holds of what they found. */
async function probed(holds: () => boolean): Promise<void> {
  const checkers = aws.services.of(healthCheckers);
  for (let waited = 0; waited < 100; waited++) {
    aws.nowMs += 10_000;
    checkers.tick();
    await new Promise((done) => setTimeout(done, 100));
    if (holds()) return;
  }
  throw new Error('not within 10 s');
}
