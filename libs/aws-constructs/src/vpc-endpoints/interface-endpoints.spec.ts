import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { InterfaceEndpoints, type InterfaceEndpointsProps } from './interface-endpoints';

const PROPS: InterfaceEndpointsProps = {
  name: 'orders',
  vpcId: 'vpc-under-test',
  region: 'eu-west-1',
  accountId: '123456789012',
  subnetIds: ['subnet-a', 'subnet-b'],
  clientCidrBlock: '10.10.32.0/19',
  services: ['ecr.api', 'sts'],
};

function synthesizeEndpoints(changes: Partial<InterfaceEndpointsProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new InterfaceEndpoints(scope, 'Endpoints', { ...PROPS, ...changes });
  });
}

describe('InterfaceEndpoints', () => {
  it("answers to the services' public names, in every subnet", () => {
    const [first, ...others] = synthesizeEndpoints().resources('aws_vpc_endpoint');

    expect(first).toEqual({
      vpc_id: 'vpc-under-test',
      service_name: 'com.amazonaws.eu-west-1.ecr.api',
      vpc_endpoint_type: 'Interface',
      private_dns_enabled: true,
      subnet_ids: ['subnet-a', 'subnet-b'],
      security_group_ids: [
        expect.stringMatching(/^\$\{aws_security_group\.Endpoints_SecurityGroup_[0-9A-F]{8}\.id\}$/),
      ],
      policy: expect.any(String),
      tags: { Name: 'orders-ecr.api' },
    });
    expect(others.map(({ service_name }) => service_name)).toEqual(['com.amazonaws.eu-west-1.sts']);
  });

  it('lets principals of the account through, and nobody else', () => {
    const policies = synthesizeEndpoints()
      .resources('aws_vpc_endpoint')
      .map(({ policy }) => JSON.parse(String(policy)));

    const expected = {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'PrincipalsOfThisAccount',
          Effect: 'Allow',
          Principal: '*',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } },
        },
      ],
    };
    expect(policies).toEqual([expected, expected]);
  });

  it('admits HTTPS from the clients, and opens no connection itself', () => {
    const state = synthesizeEndpoints();

    expect(state.inventory()).toEqual({
      aws_security_group: 1,
      aws_vpc_endpoint: 2,
      aws_vpc_security_group_ingress_rule: 1,
    });
    expect(state.resource('aws_security_group')).toMatchObject({ name: 'orders-endpoints', vpc_id: 'vpc-under-test' });
    expect(state.resource('aws_vpc_security_group_ingress_rule')).toMatchObject({
      cidr_ipv4: '10.10.32.0/19',
      ip_protocol: 'tcp',
      from_port: 443,
      to_port: 443,
    });
  });

  it('names endpoints by service, so that another service in front renames none', () => {
    const { aws_vpc_endpoint } = synthesizeEndpoints({ services: ['logs', 'ecr.api', 'sts'] }).json[
      'resource'
    ] as Record<string, object>;

    expect(Object.keys(aws_vpc_endpoint ?? {}).map((id) => id.split('_')[1])).toEqual(['EcrApi', 'Logs', 'Sts']);
  });

  it('refuses to be without a service', () => {
    expect(() => synthesizeEndpoints({ services: [] })).toThrow(
      new Error(
        'constructs/Endpoints: services is empty, expected at least one. Name a service, or leave the endpoints out.',
      ),
    );
  });

  it.each(['com.amazonaws.eu-west-1.sns', 'SNS', 'ecr.', ''])('refuses the service "%s"', (service) => {
    expect(() => synthesizeEndpoints({ services: ['sts', service] })).toThrow(
      new Error(
        `constructs/Endpoints: services is ${service}, expected names without the region's prefix such as ecr.api. Leave out com.amazonaws.<region>.`,
      ),
    );
  });

  it('refuses a service twice', () => {
    expect(() => synthesizeEndpoints({ services: ['sts', 'sns', 'sts'] })).toThrow(
      new Error('constructs/Endpoints: services is sts, sns, sts, expected each once. Leave out what is there twice.'),
    );
  });
});
