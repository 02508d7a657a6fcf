import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { SecurityGroup } from './security-group';

const PROPS = { name: 'orders', vpcId: 'vpc-under-test', description: 'Order service' };

function synthesizeGroup(define: (group: SecurityGroup, other: SecurityGroup) => void): SynthesizedState {
  return synthesizeConstructs((scope) => {
    define(
      new SecurityGroup(scope, 'Orders', PROPS),
      new SecurityGroup(scope, 'Clients', { ...PROPS, name: 'clients', description: 'Clients of orders' }),
    );
  });
}

describe('SecurityGroup', () => {
  it('lets nothing through until it is told to', () => {
    const state = synthesizeGroup(() => {});

    expect(state.inventory()).toEqual({ aws_security_group: 2 });
    expect(state.resources('aws_security_group')[1]).toEqual({
      name: 'orders',
      description: 'Order service',
      vpc_id: 'vpc-under-test',
      tags: { Name: 'orders' },
    });
  });

  it('admits one TCP port from a block of addresses', () => {
    const state = synthesizeGroup((group) => {
      group.allowInbound('FromOffice', { cidrBlock: '192.0.2.0/24' }, 8443, 'Office network');
    });

    expect(state.resource('aws_vpc_security_group_ingress_rule')).toEqual({
      security_group_id: expect.stringMatching(/^\$\{aws_security_group\.Orders_[0-9A-F]{8}\.id\}$/),
      cidr_ipv4: '192.0.2.0/24',
      ip_protocol: 'tcp',
      from_port: 8443,
      to_port: 8443,
      description: 'Office network',
      tags: { Name: 'orders' },
    });
  });

  it('admits one TCP port from a list of addresses that AWS keeps', () => {
    const state = synthesizeGroup((group) => {
      group.allowInbound('FromCheckers', { prefixListId: 'pl-1' }, 8443, 'Health checkers');
    });

    expect(state.resource('aws_vpc_security_group_ingress_rule')).toEqual({
      security_group_id: expect.stringMatching(/^\$\{aws_security_group\.Orders_[0-9A-F]{8}\.id\}$/),
      prefix_list_id: 'pl-1',
      ip_protocol: 'tcp',
      from_port: 8443,
      to_port: 8443,
      description: 'Health checkers',
      tags: { Name: 'orders' },
    });
  });

  it('lets one TCP port out to the members of a group', () => {
    const state = synthesizeGroup((group, other) => {
      group.allowOutbound('ToClients', other, 5432, 'SQL');
    });

    expect(state.resource('aws_vpc_security_group_egress_rule')).toEqual({
      security_group_id: expect.stringMatching(/^\$\{aws_security_group\.Orders_[0-9A-F]{8}\.id\}$/),
      referenced_security_group_id: expect.stringMatching(/^\$\{aws_security_group\.Clients_[0-9A-F]{8}\.id\}$/),
      ip_protocol: 'tcp',
      from_port: 5432,
      to_port: 5432,
      description: 'SQL',
      tags: { Name: 'orders' },
    });
  });
});
