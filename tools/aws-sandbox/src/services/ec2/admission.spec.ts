import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient, networkOf } from '../../testing/terraform-client';
import { isAdmitted } from './admission';

const CHECKER = '15.177.12.9';
const CLIENT = '203.0.113.1';

let terraform: TerraformClient;
let vpcId: string;
let groupId: string;

beforeEach(() => {
  terraform = new TerraformClient();
  ({ groupId, vpcId } = networkOf(terraform));
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const admits = (from: string, port: number, group = groupId) =>
  isAdmitted(terraform.account, { region: 'us-east-1', groupIds: [group], port, from });

const allow = (change: ObjectValue) =>
  terraform.apply('aws_vpc_security_group_ingress_rule', {
    security_group_id: groupId,
    ip_protocol: 'tcp',
    from_port: 8443,
    to_port: 8443,
    ...change,
  });

describe('a security group', () => {
  it('lets nobody in until it has a rule', () => {
    expect([admits(CLIENT, 443), admits(CHECKER, 8443)]).toEqual([false, false]);
  });

  it('lets a block of addresses in, at the ports of the rule', () => {
    allow({ cidr_ipv4: '203.0.113.0/24', from_port: 443, to_port: 444 });

    expect([admits(CLIENT, 443), admits(CLIENT, 444), admits(CLIENT, 8443)]).toEqual([true, true, false]);
    expect(admits(CHECKER, 443)).toBe(false);
  });

  it("lets those in alone whom AWS's list has", () => {
    const { state } = terraform.data('aws_ec2_managed_prefix_list', {
      name: 'com.amazonaws.us-east-1.route53-healthchecks',
    });
    allow({ prefix_list_id: state?.['id'] ?? null });

    expect([admits(CHECKER, 8443), admits(CLIENT, 8443), admits(CHECKER, 443)]).toEqual([true, false, false]);
  });

  it('lets nobody on the internet in by a rule for the members of a group, nor by one of another protocol', () => {
    allow({ referenced_security_group_id: groupId });
    allow({ cidr_ipv4: '0.0.0.0/0', ip_protocol: 'udp' });

    expect(admits(CLIENT, 8443)).toBe(false);
  });

  it('has its rules in each of the ways in which Terraform makes one', () => {
    const inline = terraform.apply('aws_security_group', {
      name: 'inline',
      vpc_id: vpcId,
      ingress: [{ protocol: '-1', from_port: 0, to_port: 0, cidr_blocks: ['203.0.113.0/24'] }],
    });
    const older = { security_group_id: groupId, protocol: 'tcp', from_port: 443, to_port: 443 };
    terraform.apply('aws_security_group_rule', { ...older, type: 'egress', cidr_blocks: ['0.0.0.0/0'] });

    expect([admits(CLIENT, 8443, String(inline['id'])), admits(CLIENT, 443)]).toEqual([true, false]);
    terraform.apply('aws_security_group_rule', { ...older, type: 'ingress', cidr_blocks: ['0.0.0.0/0'] });
    expect(admits(CLIENT, 443)).toBe(true);
  });
});
