import { isJson, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomHex } from '../../model/random-id';
import { regionNames } from '../../model/regions';
import type { ResourceContext, ResourceDefinition } from '../../model/resource-definition';
import { renderText } from '../../model/template';
import { hashOf } from './hash';
import { routeTableReference, securityGroupReference, subnetReference, vpcReference } from './references';

export const vpcEndpoint: ResourceDefinition = {
  label: 'EC2 VPC Endpoint',
  calls: { create: 'CreateVpcEndpoint', update: 'ModifyVpcEndpoint', delete: 'DeleteVpcEndpoints' },
  id: 'vpce-{hex:17}',
  arn: 'arn:aws:ec2:{region}:{accountId}:vpc-endpoint/{id}',
  replaces: [
    'vpc_id',
    'service_name',
    'vpc_endpoint_type',
    'service_region',
    'resource_configuration_arn',
    'service_network_arn',
  ],
  defaults: { vpc_endpoint_type: 'Gateway' },
  allowed: { vpc_endpoint_type: ['Gateway', 'GatewayLoadBalancer', 'Interface', 'Resource', 'ServiceNetwork'] },
  filters: {
    'owner-id': 'owner_id',
    'service-name': 'service_name',
    'vpc-endpoint-id': 'id',
    'vpc-endpoint-state': 'state',
    'vpc-endpoint-type': 'vpc_endpoint_type',
    'vpc-id': 'vpc_id',
  },
  exactlyOneOf: [['service_name', 'resource_configuration_arn', 'service_network_arn']],
  computed: {
    cidr_blocks: ({ attributes }) => (isGateway(attributes) ? ['198.19.0.0/17'] : []),
    dns_entry: (context) =>
      isGateway(context.attributes)
        ? []
        : [
            {
              dns_name: renderText('{id}-{hex:8}.', context) + reverseName(text(context.attributes['service_name'])),
              hosted_zone_id: `Z${hashOf(context.region, 'vpce').toUpperCase()}`,
            },
          ],
    ip_address_type: 'ipv4',
    network_interface_ids: ({ attributes }) =>
      isGateway(attributes) ? [] : texts(attributes['subnet_ids']).map(() => `eni-${randomHex(17)}`),
    owner_id: '{accountId}',
    policy: '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}',
    prefix_list_id: ({ attributes, region }) =>
      isGateway(attributes) ? `pl-${hashOf(region, text(attributes['service_name'])).slice(0, 8)}` : '',
    private_dns_enabled: () => false,
    requester_managed: () => false,
    route_table_ids: () => [],
    security_group_ids: ({ account, region, attributes }) => {
      const vpc = account.find('aws_vpc', region, text(attributes['vpc_id']));
      return isGateway(attributes) ? [] : [vpc?.attributes['default_security_group_id'] ?? ''];
    },
    service_region: '{region}',
    state: 'available',
    subnet_ids: () => [],
  },
  references: [
    vpcReference('vpc_id'),
    routeTableReference('route_table_ids'),
    subnetReference('subnet_ids'),
    securityGroupReference('security_group_ids'),
  ],
  checks: [
    checkEndpointPlaces,
    checkPrivateDns,
    ({ attributes }) => {
      const policy = text(attributes['policy']);
      if (policy !== '' && !isJson(policy))
        throw new AwsError('InvalidPolicyDocument', 'The policy document is not valid JSON', { path: ['policy'] });
    },
    ({ attributes, region, account, id }) => {
      const service = text(attributes['service_name']);
      const ofRegion = text(attributes['service_region']) || region;
      // AWS's own services carry the region in their name; others belong to their owners.
      if (
        service.startsWith('com.amazonaws.') &&
        !service.startsWith(`com.amazonaws.${ofRegion}.`) &&
        regionNames().some((name) => service.startsWith(`com.amazonaws.${name}.`))
      ) {
        throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${service}' does not exist`, {
          path: ['service_name'],
        });
      }
      for (const table of isGateway(attributes) ? texts(attributes['route_table_ids']) : []) {
        const twin = account
          .findBy('aws_vpc_endpoint', 'route_table_ids', table, region)
          .find((other) => other.id !== id && other.attributes['service_name'] === service);
        if (twin !== undefined) {
          throw new AwsError(
            'RouteAlreadyExists',
            `route table ${table} already has a route with destination-prefix-list-id ${text(twin.attributes['prefix_list_id'])}`,
            { path: ['route_table_ids'] },
          );
        }
      }
    },
  ],
};

/** An interface endpoint stands in its own VPC, in one subnet a zone. */
function checkEndpointPlaces({ attributes, account, region }: ResourceContext): void {
  const vpcId = text(attributes['vpc_id']);
  const zones = new Set<string>();
  for (const id of texts(attributes['subnet_ids'])) {
    const subnet = account.find('aws_subnet', region, id);
    const path = ['subnet_ids'];
    if (subnet?.attributes['vpc_id'] !== vpcId) {
      throw new AwsError('InvalidParameter', `Subnet ${id} does not belong to VPC ${vpcId}.`, { path });
    }
    const zone = text(subnet.attributes['availability_zone']);
    if (zones.has(zone)) {
      const message = `Found another VPC endpoint subnet in the availability zone of ${id}.`;
      throw new AwsError('DuplicateSubnetsInSameZone', message, { path });
    }
    zones.add(zone);
  }
  for (const id of texts(attributes['security_group_ids'])) {
    if (account.find('aws_security_group', region, id)?.attributes['vpc_id'] !== vpcId) {
      throw new AwsError('InvalidParameter', `Security group ${id} does not belong to VPC ${vpcId}.`, {
        path: ['security_group_ids'],
      });
    }
  }
}

/** Private names need the VPC's resolver, and a name belongs to one endpoint [Amazon VPC, AWS PrivateLink guide]. */
function checkPrivateDns({ attributes, account, region, id }: ResourceContext): void {
  if (attributes['private_dns_enabled'] !== true) return;
  const vpcId = text(attributes['vpc_id']);
  const vpc = account.find('aws_vpc', region, vpcId)?.attributes;
  const path = ['private_dns_enabled'];
  if (vpc?.['enable_dns_support'] !== true || vpc['enable_dns_hostnames'] !== true) {
    throw new AwsError(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
      { path },
    );
  }
  const service = text(attributes['service_name']);
  const twin = account
    .findBy('aws_vpc_endpoint', 'vpc_id', vpcId, region)
    .find(
      (other) =>
        other.id !== id &&
        other.attributes['service_name'] === service &&
        other.attributes['private_dns_enabled'] === true,
    );
  if (twin !== undefined) {
    throw new AwsError(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${service.split('.').slice(3).reverse().join('.')}.${region}.amazonaws.com in the VPC ${vpcId}`,
      { path },
    );
  }
}

function isGateway(attributes: ResourceContext['attributes']): boolean {
  return attributes['vpc_endpoint_type'] === 'Gateway';
}

/** `com.amazonaws.us-east-1.sts` → `sts.us-east-1.vpce.amazonaws.com` */
function reverseName(service: string): string {
  const [, , region = '', ...rest] = service.split('.');
  return `${rest.join('.')}.${region}.vpce.amazonaws.com`;
}
