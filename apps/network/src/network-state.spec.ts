import { ContractMirror, type PlatformApp } from '@dr/platform-stack';
import { type SynthesizedState, synthesizeForTest } from '@dr/testing';
import { type Environment, loadEnvironment } from '@dr/environments';
import { networkContract } from './contract';
import { NetworkPeeringState } from './network-peering-state';
import { NetworkState } from './network-state';

function defineNetworks(app: PlatformApp<Environment>): void {
  const { primary, standby } = app.environment.regions;
  new NetworkState(app, primary, standby);
  new NetworkState(app, standby, primary);
  new ContractMirror(app, networkContract, primary.name, standby.name);
  new NetworkPeeringState(app, standby, primary);
}

const local = synthesizeForTest(defineNetworks);

/** `FromPeerService 10.20.32.0/19 5432` of a state's rules. */
function rulesByAddress(state: SynthesizedState, direction: 'ingress' | 'egress'): readonly string[] {
  const { resource } = state.json as { resource: Record<string, Record<string, Record<string, unknown>>> };
  return Object.entries(resource[`aws_vpc_security_group_${direction}_rule`] ?? {})
    .filter(([, { cidr_ipv4 }]) => cidr_ipv4 !== undefined)
    .map(([id, { cidr_ipv4, from_port }]) => `${id.replace(/_[0-9A-F]{8}$/, '')} ${cidr_ipv4} ${from_port}`);
}

describe('the network of a region', () => {
  it('has what three zones need', () => {
    expect(local.state('network-us-east-1').inventory()).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_default_security_group: 1,
      aws_eip: 3,
      aws_flow_log: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_internet_gateway: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_nat_gateway: 3,
      aws_network_acl: 3,
      aws_route: 4,
      aws_route_table: 5,
      aws_route_table_association: 9,
      aws_security_group: 4,
      aws_ssm_parameter: 11,
      aws_subnet: 9,
      aws_vpc: 1,
      aws_vpc_endpoint: 13,
      aws_vpc_security_group_egress_rule: 4,
      aws_vpc_security_group_ingress_rule: 7,
    });
  });

  it('is the same in both regions', () => {
    expect(local.state('network-us-west-2').inventory()).toEqual(local.state('network-us-east-1').inventory());
  });

  it('has an endpoint for each service that the private subnets call', () => {
    const endpoints = local.state('network-us-west-2').resources('aws_vpc_endpoint');

    expect(endpoints.map(({ service_name }) => String(service_name).split('us-west-2.')[1]).sort()).toEqual([
      'dynamodb',
      'ecr.api',
      'ecr.dkr',
      'kms',
      'lambda',
      'logs',
      'monitoring',
      'rds',
      's3',
      'secretsmanager',
      'sns',
      'ssm',
      'sts',
    ]);
  });

  it('reaches AWS through NAT where the environment has no interface endpoints', () => {
    const settings = loadEnvironment('dev');
    const dev = synthesizeForTest(defineNetworks, settings).state(`network-${settings.regions.primary.name}`);

    expect(dev.resources('aws_vpc_endpoint').map(({ vpc_endpoint_type }) => vpc_endpoint_type)).toEqual([
      'Gateway',
      'Gateway',
    ]);
    expect(dev.resources('aws_nat_gateway')).toHaveLength(1);
  });

  it("lets services of either region reach either region's databases, by the addresses of their subnets", () => {
    const [east, west] = [local.state('network-us-east-1'), local.state('network-us-west-2')];

    expect(rulesByAddress(east, 'ingress')).toContain('Database_FromPeerService 10.20.32.0/19 5432');
    expect(rulesByAddress(east, 'egress')).toContain('Service_ToPeerDatabase 10.20.64.0/19 5432');
    expect(rulesByAddress(west, 'ingress')).toContain('Database_FromPeerService 10.10.32.0/19 5432');
    expect(rulesByAddress(west, 'egress')).toContain('Service_ToPeerDatabase 10.10.64.0/19 5432');
  });

  it("admits Route 53's checkers alone at the port that is theirs, by AWS's own list of the region", () => {
    const state = local.state('network-us-west-2');
    const atPort = state
      .resources('aws_vpc_security_group_ingress_rule')
      .filter(({ from_port, to_port }) => Number(from_port) <= 8443 && Number(to_port) >= 8443);
    const { aws_ec2_managed_prefix_list: lists } = state.json['data'] as Record<string, object>;

    expect(Object.values(lists ?? {})).toEqual([
      expect.objectContaining({ name: 'com.amazonaws.us-west-2.route53-healthchecks' }),
    ]);
    expect(atPort).toEqual([
      expect.objectContaining({
        security_group_id: expect.stringContaining('aws_security_group.LoadBalancer_'),
        prefix_list_id: expect.stringMatching(/^\$\{data\.aws_ec2_managed_prefix_list\.Checkers\.id\}$/),
      }),
    ]);
    expect(atPort[0]).not.toHaveProperty('cidr_ipv4');
  });

  it('keeps the rules of a port as they are, whichever of two the service is reached on', () => {
    const { service } = loadEnvironment('local');
    const rulesOf = (port: number, secondPort?: number) => {
      const settings = {
        ...loadEnvironment('local'),
        service: { ...service, port, ...(secondPort && { secondPort }) },
      };
      const { resource } = synthesizeForTest(defineNetworks, settings).state('network-us-east-1').json as {
        resource: Record<string, Record<string, object>>;
      };
      const rules = ['ingress', 'egress'].flatMap((direction) =>
        Object.entries(resource[`aws_vpc_security_group_${direction}_rule`] ?? {}),
      );
      return new Map(rules.filter(([id]) => id.includes('Port')).sort());
    };

    expect([...rulesOf(8080, 9090).keys()].map((id) => id.replace(/_[0-9A-F]{8}$/, ''))).toEqual([
      'LoadBalancer_ToServicePort8080',
      'LoadBalancer_ToServicePort9090',
      'Service_FromLoadBalancerPort8080',
      'Service_FromLoadBalancerPort9090',
    ]);
    expect(rulesOf(9090, 8080)).toEqual(rulesOf(8080, 9090));
    expect([...rulesOf(9090)]).toEqual([...rulesOf(8080, 9090)].filter(([id]) => id.includes('Port9090')));
  });

  it('needs no other region', () => {
    for (const [own, other] of [
      ['us-east-1', 'us-west-2'],
      ['us-west-2', 'us-east-1'],
    ] as const) {
      expect(JSON.stringify(local.state(`network-${own}`).json)).not.toContain(other);
    }
  });
});

describe('the peering of the networks', () => {
  const peering = local.state('network-peering-us-west-2-to-us-east-1');

  it('is requested by the standby, whose region keeps the state when the primary is lost', () => {
    expect(peering.resource('aws_vpc_peering_connection')).toMatchObject({
      peer_region: 'us-east-1',
      auto_accept: false,
      tags: { Name: 'dr-local-us-west-2-to-us-east-1' },
    });
    expect(peering.resource('aws_vpc_peering_connection_accepter')).toMatchObject({ region: 'us-east-1' });
  });

  it('has a route in each private table and in that of the databases, both ways', () => {
    const { aws_route } = peering.json['resource'] as Record<string, Record<string, Record<string, unknown>>>;
    const routes = Object.entries(aws_route ?? {}).map(([id, { destination_cidr_block, region }]) =>
      [id.split('_')[1], destination_cidr_block, region ?? 'own'].join(' '),
    );

    expect(routes).toEqual([
      'AccepterRouteDatabase 10.20.0.0/16 us-east-1',
      'AccepterRoutePrivateA 10.20.0.0/16 us-east-1',
      'AccepterRoutePrivateB 10.20.0.0/16 us-east-1',
      'AccepterRoutePrivateC 10.20.0.0/16 us-east-1',
      'RequesterRouteDatabase 10.10.0.0/16 own',
      'RequesterRoutePrivateA 10.10.0.0/16 own',
      'RequesterRoutePrivateB 10.10.0.0/16 own',
      'RequesterRoutePrivateC 10.10.0.0/16 own',
    ]);
  });

  it("reads both networks from its own region's store", () => {
    const { reads } = local.manifest.states.find(({ name }) => name.startsWith('network-peering')) ?? {};

    expect(reads?.map(({ contract, region, store }) => `${contract} of ${region} in ${store}`)).toEqual([
      'network of us-west-2 in us-west-2',
      'network of us-east-1 in us-west-2',
    ]);
  });
});
