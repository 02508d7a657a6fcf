import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc as VpcResource } from '@cdktf/provider-aws/lib/vpc';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { pascalCase } from '@dr/construct-id';
import { Construct } from 'constructs';
import { accountEndpointPolicy, s3EndpointPolicy } from '../vpc-endpoints/endpoint-policy';
import { allocateSubnets, type SubnetTier, tierCidrBlock } from './allocate-subnets';

export interface VpcProps {
  /** Name tag of the VPC, and prefix of the name tags of its parts. */
  readonly name: string;
  /** Block of the VPC, between /16 and /22. A change replaces the VPC and all in it. */
  readonly cidrBlock: string;
  /** Availability zones, all of one region. Adding one at the end moves no existing subnet. */
  readonly zones: readonly string[];
  /** The region, for the names of its gateway endpoints. */
  readonly region: string;
  /** The account whose principals may go through the gateway endpoints: twelve digits. */
  readonly accountId: string;
  /**
   * `per-zone` survives the loss of a zone; `single` sends all private traffic through the first zone.
   * @default per-zone
   */
  readonly natGateways?: 'per-zone' | 'single';
}

/**
 * A VPC with a public, a private and a database subnet in each zone. Private subnets reach the internet through NAT;
 * database subnets have no route to the internet. S3 and DynamoDB are reached by gateway endpoints, by principals of the account
 * only. The default security group is
 * emptied, so that what names no group reaches nothing.
 */
export class Vpc extends Construct {
  readonly vpcId: string;
  readonly vpcCidrBlock: string;
  /** Route tables of the private subnets, one a zone, in the order of the zones. */
  readonly privateRouteTableIds: string[];
  /** The one route table of all database subnets. */
  readonly databaseRouteTableId: string;
  private readonly subnetIdsByTier: Readonly<Record<SubnetTier, string[]>>;

  constructor(scope: Construct, id: string, props: VpcProps) {
    super(scope, id);
    const { name, cidrBlock, zones, region, accountId, natGateways = 'per-zone' } = props;
    const plans = allocateSubnets(cidrBlock, zones);

    const vpc = new VpcResource(this, 'Resource', {
      cidrBlock,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: name },
    });
    new DefaultSecurityGroup(this, 'DefaultSecurityGroup', { vpcId: vpc.id, tags: { Name: `${name}-default-unused` } });

    const subnets = plans.map((plan) => ({
      ...plan,
      resource: new Subnet(this, `${pascalCase(plan.tier)}Subnet${zoneLetter(plan.zone)}`, {
        vpcId: vpc.id,
        cidrBlock: plan.cidrBlock,
        availabilityZone: plan.zone,
        // Public addresses are given to what asks for one, never to whatever starts in the subnet.
        mapPublicIpOnLaunch: false,
        tags: { Name: `${name}-${plan.tier}-${plan.zone}` },
      }),
    }));
    const subnetsOf = (tier: SubnetTier) => subnets.filter((subnet) => subnet.tier === tier);

    const gateway = new InternetGateway(this, 'InternetGateway', { vpcId: vpc.id, tags: { Name: name } });
    const publicTable = new RouteTable(this, 'PublicRouteTable', {
      vpcId: vpc.id,
      tags: { Name: `${name}-public` },
    });
    new Route(this, 'PublicDefaultRoute', {
      routeTableId: publicTable.id,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.id,
    });
    for (const { zone, resource } of subnetsOf('public')) {
      this.associate('Public', zone, resource, publicTable);
    }

    const natZones = natGateways === 'single' ? zones.slice(0, 1) : zones;
    const natByZone = new Map(
      subnetsOf('public')
        .filter(({ zone }) => natZones.includes(zone))
        .map(({ zone, resource }) => {
          const address = new Eip(this, `NatAddress${zoneLetter(zone)}`, {
            domain: 'vpc',
            tags: { Name: `${name}-nat-${zone}` },
          });
          const nat = new NatGateway(this, `NatGateway${zoneLetter(zone)}`, {
            subnetId: resource.id,
            allocationId: address.id,
            tags: { Name: `${name}-${zone}` },
            dependsOn: [gateway],
          });
          return [zone, nat] as const;
        }),
    );
    const privateTables = subnetsOf('private').map(({ zone, resource }) => {
      const table = new RouteTable(this, `PrivateRouteTable${zoneLetter(zone)}`, {
        vpcId: vpc.id,
        tags: { Name: `${name}-private-${zone}` },
      });
      const nat = natByZone.get(zone) ?? [...natByZone.values()][0];
      if (nat) {
        new Route(this, `PrivateDefaultRoute${zoneLetter(zone)}`, {
          routeTableId: table.id,
          destinationCidrBlock: '0.0.0.0/0',
          natGatewayId: nat.id,
        });
      }
      this.associate('Private', zone, resource, table);
      return table;
    });
    const databaseTable = new RouteTable(this, 'DatabaseRouteTable', {
      vpcId: vpc.id,
      tags: { Name: `${name}-database` },
    });
    for (const { zone, resource } of subnetsOf('database')) {
      this.associate('Database', zone, resource, databaseTable);
    }

    for (const [endpointId, service, policy] of [
      ['S3Endpoint', 's3', s3EndpointPolicy(accountId, region)],
      ['DynamodbEndpoint', 'dynamodb', accountEndpointPolicy(accountId)],
    ] as const) {
      new VpcEndpoint(this, endpointId, {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Gateway',
        routeTableIds: privateTables.map((table) => table.id),
        policy,
        tags: { Name: `${name}-${service}` },
      });
    }

    this.vpcId = vpc.id;
    this.vpcCidrBlock = cidrBlock;
    this.privateRouteTableIds = privateTables.map((table) => table.id);
    this.databaseRouteTableId = databaseTable.id;
    this.subnetIdsByTier = {
      public: subnetsOf('public').map(({ resource }) => resource.id),
      private: subnetsOf('private').map(({ resource }) => resource.id),
      database: subnetsOf('database').map(({ resource }) => resource.id),
    };
  }

  /** Identifiers of a tier's subnets, one a zone, in the order of the zones. */
  subnetIds(tier: SubnetTier): string[] {
    return this.subnetIdsByTier[tier];
  }

  /** The block that holds a tier's subnets, those of zones to come too. */
  tierCidrBlock(tier: SubnetTier): string {
    return tierCidrBlock(this.vpcCidrBlock, tier);
  }

  private associate(tier: string, zone: string, subnet: Subnet, table: RouteTable): void {
    new RouteTableAssociation(this, `${tier}Association${zoneLetter(zone)}`, {
      subnetId: subnet.id,
      routeTableId: table.id,
    });
  }
}

/** `us-east-1a` → `A`: stable when zones are added, unlike a position. */
export function zoneLetter(zone: string): string {
  return zone.slice(-1).toUpperCase();
}
