import { SecurityGroup as SecurityGroupResource } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';

export interface SecurityGroupProps {
  readonly name: string;
  readonly vpcId: string;
  /** Purpose of the group. AWS cannot change it: a change replaces the group. */
  readonly description: string;
}

/** The other end of a rule: a block of addresses, a list of them, or the members of a group. */
export type TrafficPeer =
  { readonly cidrBlock: string } | { readonly prefixListId: string } | { readonly securityGroupId: string };

/** A security group without rules: it admits nothing, in either direction, until a rule is added. */
export class SecurityGroup extends Construct {
  readonly securityGroupId: string;
  private readonly groupName: string;

  constructor(scope: Construct, id: string, props: SecurityGroupProps) {
    super(scope, id);
    const group = new SecurityGroupResource(this, 'Resource', {
      name: props.name,
      description: props.description,
      vpcId: props.vpcId,
      tags: { Name: props.name },
    });
    this.securityGroupId = group.id;
    this.groupName = props.name;
  }

  /** @param id Pascal case, says who: `FromService` */
  allowInbound(id: string, peer: TrafficPeer, port: number, description: string): VpcSecurityGroupIngressRule {
    return new VpcSecurityGroupIngressRule(this, id, {
      securityGroupId: this.securityGroupId,
      ...this.rule(peer, port, description),
    });
  }

  /** @param id Pascal case, says where to: `ToDatabase` */
  allowOutbound(id: string, peer: TrafficPeer, port: number, description: string): VpcSecurityGroupEgressRule {
    return new VpcSecurityGroupEgressRule(this, id, {
      securityGroupId: this.securityGroupId,
      ...this.rule(peer, port, description),
    });
  }

  private rule(peer: TrafficPeer, port: number, description: string) {
    return {
      ...peerArgument(peer),
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      description,
      tags: { Name: this.groupName },
    };
  }
}

function peerArgument(peer: TrafficPeer) {
  if ('cidrBlock' in peer) return { cidrIpv4: peer.cidrBlock };
  return 'prefixListId' in peer
    ? { prefixListId: peer.prefixListId }
    : { referencedSecurityGroupId: peer.securityGroupId };
}
