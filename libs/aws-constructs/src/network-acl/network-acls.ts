import { NetworkAcl } from '@cdktf/provider-aws/lib/network-acl';
import { Construct } from 'constructs';
import { type SubnetTier, tierCidrBlock } from '../vpc/allocate-subnets';

export interface NetworkAclsProps {
  /** Prefix of the name tags. */
  readonly name: string;
  readonly vpcId: string;
  /** Block of the VPC, whose subnets the allocator laid out. */
  readonly cidrBlock: string;
  /** Subnets of each tier; a subnet belongs to one list only. */
  readonly subnetIds: Readonly<Record<SubnetTier, readonly string[]>>;
  /** Port of the services behind the load balancers, 1 to 65,535. */
  readonly servicePort: number;
  /** Port of the databases, 1 to 65,535. */
  readonly databasePort: number;
  /**
   * Block of a peered VPC that the same allocator laid out: its services reach the databases here, and the services
   * here its databases.
   * @default none
   */
  readonly peerCidrBlock?: string;
}

interface AclRule {
  /** Lower numbers come first. Numbers are kept: a rule that gets another one is removed and made again. */
  readonly ruleNo: number;
  readonly cidrBlock: string;
  readonly ports: number | readonly [from: number, to: number];
}

const ANYWHERE = '0.0.0.0/0';
const HTTP = 80;
const HTTPS = 443;
/** Where answers go: clients, NAT gateways and functions choose their port here [Amazon VPC user guide, ephemeral ports]. */
const ANSWERS = [1024, 65_535] as const;

/**
 * A network ACL for each tier of a VPC, behind the security groups: a second, stateless line that stands when a security
 * group is too wide. Public subnets serve HTTP and HTTPS; private ones are called by the public ones and call HTTPS and
 * databases; database subnets answer services, here and in the peered VPC, and open no connection at all.
 *
 * All rules of a tier are one resource, so a rule that was added by hand is taken back.
 */
export class NetworkAcls extends Construct {
  constructor(scope: Construct, id: string, props: NetworkAclsProps) {
    super(scope, id);
    const { name, vpcId, cidrBlock, subnetIds, servicePort, databasePort, peerCidrBlock } = props;
    validatePort(this.node.path, 'servicePort', servicePort);
    validatePort(this.node.path, 'databasePort', databasePort);
    const own = (tier: SubnetTier) => tierCidrBlock(cidrBlock, tier);
    const ifPeered = (ruleNo: number, tier: SubnetTier, ports: AclRule['ports']): AclRule[] =>
      peerCidrBlock === undefined ? [] : [{ ruleNo, cidrBlock: tierCidrBlock(peerCidrBlock, tier), ports }];

    const define = (aclId: string, tier: SubnetTier, inbound: readonly AclRule[], outbound: readonly AclRule[]) =>
      new NetworkAcl(this, aclId, {
        vpcId,
        subnetIds: [...subnetIds[tier]],
        ingress: [...inbound.map(allowTcp), ALLOW_PATH_MTU_DISCOVERY],
        egress: [...outbound.map(allowTcp), ALLOW_PATH_MTU_DISCOVERY],
        tags: { Name: `${name}-${tier}` },
      });
    define(
      'Public',
      'public',
      [
        { ruleNo: 100, cidrBlock: ANYWHERE, ports: HTTPS },
        { ruleNo: 110, cidrBlock: ANYWHERE, ports: HTTP },
        { ruleNo: 120, cidrBlock: ANYWHERE, ports: ANSWERS },
      ],
      [
        { ruleNo: 100, cidrBlock: ANYWHERE, ports: HTTPS },
        { ruleNo: 110, cidrBlock: own('private'), ports: servicePort },
        { ruleNo: 120, cidrBlock: ANYWHERE, ports: ANSWERS },
      ],
    );
    define(
      'Private',
      'private',
      [
        { ruleNo: 100, cidrBlock: own('public'), ports: servicePort },
        { ruleNo: 110, cidrBlock: own('private'), ports: HTTPS },
        // From anywhere: what NAT and the gateway endpoints bring back keeps the address of its sender.
        { ruleNo: 120, cidrBlock: ANYWHERE, ports: ANSWERS },
      ],
      [
        { ruleNo: 100, cidrBlock: ANYWHERE, ports: HTTPS },
        { ruleNo: 110, cidrBlock: own('database'), ports: databasePort },
        { ruleNo: 120, cidrBlock: own('public'), ports: ANSWERS },
        { ruleNo: 130, cidrBlock: own('private'), ports: ANSWERS },
        ...ifPeered(140, 'database', databasePort),
      ],
    );
    define(
      'Database',
      'database',
      [{ ruleNo: 100, cidrBlock: own('private'), ports: databasePort }, ...ifPeered(110, 'private', databasePort)],
      [{ ruleNo: 100, cidrBlock: own('private'), ports: ANSWERS }, ...ifPeered(110, 'private', ANSWERS)],
    );
  }
}

function validatePort(path: string, parameter: string, port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${path}: ${parameter} is ${port}, expected a whole number from 1 to 65535. Correct it.`);
  }
}

/**
 * Every argument is there, and protocols are numbers: in JSON Terraform takes such a block only whole, and the provider
 * reads numbers back [Terraform, attributes as blocks; terraform-provider-aws, aws_network_acl].
 */
function allowTcp({ ruleNo, cidrBlock, ports }: AclRule) {
  const [fromPort, toPort] = typeof ports === 'number' ? [ports, ports] : ports;
  return {
    action: 'allow',
    protocol: '6',
    ruleNo,
    cidrBlock,
    ipv6CidrBlock: '',
    fromPort,
    toPort,
    icmpType: 0,
    icmpCode: 0,
  };
}

/** "Fragmentation needed": without it, large packets on a narrower path are lost in silence [Amazon VPC user guide]. */
const ALLOW_PATH_MTU_DISCOVERY = {
  action: 'allow',
  protocol: '1',
  ruleNo: 900,
  cidrBlock: ANYWHERE,
  ipv6CidrBlock: '',
  fromPort: 0,
  toPort: 0,
  icmpType: 3,
  icmpCode: 4,
};
