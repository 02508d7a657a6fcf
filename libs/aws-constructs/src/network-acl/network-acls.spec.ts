import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { NetworkAcls, type NetworkAclsProps } from './network-acls';

const PROPS: NetworkAclsProps = {
  name: 'orders',
  vpcId: 'vpc-under-test',
  cidrBlock: '10.10.0.0/16',
  subnetIds: { public: ['subnet-public-a'], private: ['subnet-private-a'], database: ['subnet-database-a'] },
  servicePort: 8080,
  databasePort: 5432,
};

function synthesizeAcls(changes: Partial<NetworkAclsProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new NetworkAcls(scope, 'Acls', { ...PROPS, ...changes });
  });
}

interface Rule {
  readonly rule_no: number;
  readonly cidr_block: string;
  readonly from_port: number;
  readonly to_port: number;
}

/** `100 443-443 10.0.0.0/8` of the rules for TCP. */
function rulesOf(tier: string, changes: Partial<NetworkAclsProps> = {}) {
  const acl = synthesizeAcls(changes)
    .resources('aws_network_acl')
    .find(({ tags }) => (tags as { Name: string }).Name === `orders-${tier}`);
  const shown = (rules: unknown) =>
    (rules as readonly (Rule & { protocol: string })[])
      .filter(({ protocol }) => protocol === '6')
      .map(({ rule_no, from_port, to_port, cidr_block }) => `${rule_no} ${from_port}-${to_port} ${cidr_block}`);
  return { inbound: shown(acl?.['ingress']), outbound: shown(acl?.['egress']) };
}

describe('NetworkAcls', () => {
  it('are one a tier, on its subnets', () => {
    const acls = synthesizeAcls().resources('aws_network_acl');

    expect(acls.map(({ vpc_id, subnet_ids, tags }) => [vpc_id, subnet_ids, tags])).toEqual([
      ['vpc-under-test', ['subnet-database-a'], { Name: 'orders-database' }],
      ['vpc-under-test', ['subnet-private-a'], { Name: 'orders-private' }],
      ['vpc-under-test', ['subnet-public-a'], { Name: 'orders-public' }],
    ]);
  });

  it('let public subnets serve the web, call services, and carry what NAT sends', () => {
    expect(rulesOf('public')).toEqual({
      inbound: ['100 443-443 0.0.0.0/0', '110 80-80 0.0.0.0/0', '120 1024-65535 0.0.0.0/0'],
      outbound: ['100 443-443 0.0.0.0/0', '110 8080-8080 10.10.32.0/19', '120 1024-65535 0.0.0.0/0'],
    });
  });

  it('let private subnets be called by public ones, and call HTTPS and databases', () => {
    expect(rulesOf('private')).toEqual({
      inbound: ['100 8080-8080 10.10.0.0/19', '110 443-443 10.10.32.0/19', '120 1024-65535 0.0.0.0/0'],
      outbound: [
        '100 443-443 0.0.0.0/0',
        '110 5432-5432 10.10.64.0/19',
        '120 1024-65535 10.10.0.0/19',
        '130 1024-65535 10.10.32.0/19',
      ],
    });
  });

  it('let database subnets answer private ones, and nobody else', () => {
    expect(rulesOf('database')).toEqual({
      inbound: ['100 5432-5432 10.10.32.0/19'],
      outbound: ['100 1024-65535 10.10.32.0/19'],
    });
  });

  it('let services and databases of peered VPCs reach each other, and change no other rule', () => {
    const peered = { peerCidrBlock: '10.20.0.0/16' };

    expect(rulesOf('public', peered)).toEqual(rulesOf('public'));
    expect(rulesOf('private', peered).inbound).toEqual(rulesOf('private').inbound);
    expect(rulesOf('private', peered).outbound).toEqual([
      ...rulesOf('private').outbound,
      '140 5432-5432 10.20.64.0/19',
    ]);
    expect(rulesOf('database', peered)).toEqual({
      inbound: ['100 5432-5432 10.10.32.0/19', '110 5432-5432 10.20.32.0/19'],
      outbound: ['100 1024-65535 10.10.32.0/19', '110 1024-65535 10.20.32.0/19'],
    });
  });

  it('state every argument of a rule, and let path MTU discovery through', () => {
    const [database] = synthesizeAcls().resources('aws_network_acl');

    const rule = { action: 'allow', ipv6_cidr_block: '' };
    expect(database?.['ingress']).toEqual([
      {
        ...rule,
        protocol: '6',
        rule_no: 100,
        cidr_block: '10.10.32.0/19',
        from_port: 5432,
        to_port: 5432,
        icmp_type: 0,
        icmp_code: 0,
      },
      {
        ...rule,
        protocol: '1',
        rule_no: 900,
        cidr_block: '0.0.0.0/0',
        from_port: 0,
        to_port: 0,
        icmp_type: 3,
        icmp_code: 4,
      },
    ]);
  });

  it.each([
    ['servicePort', 0],
    ['databasePort', 65_536],
    ['databasePort', 5432.5],
  ])('refuse %s %d', (parameter, port) => {
    expect(() => synthesizeAcls({ [parameter]: port })).toThrow(
      new Error(`constructs/Acls: ${parameter} is ${port}, expected a whole number from 1 to 65535. Correct it.`),
    );
  });
});
