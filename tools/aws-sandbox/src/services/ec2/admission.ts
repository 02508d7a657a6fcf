import { parseCidr } from '@dr/cidr';
import type { AccountView } from '../../model/account-view';
import { blocks, text, texts } from '../../model/attribute-values';
import type { ObjectValue } from '../../model/value';
import { prefixListsOf } from './prefix-lists';

/** A TCP connection from the internet to what is in some security groups. */
export interface Connection {
  readonly region: string;
  readonly groupIds: readonly string[];
  readonly port: number;
  /** Address that it comes from. */
  readonly from: string;
}

/** Whether any group of them lets a connection in. A rule for members of a group is for nobody on the internet. */
export function isAdmitted(account: AccountView, { from, groupIds, port, region }: Connection): boolean {
  const lists = prefixListsOf(region);
  const holds = (cidrBlock: string) => parseCidr(cidrBlock)?.contains(from) ?? false;
  return groupIds
    .flatMap((groupId) => rulesOf(account, region, groupId))
    .some((rule) => {
      const listed = lists.filter(({ id }) => rule.prefixListIds.includes(id)).flatMap(({ cidrBlocks }) => cidrBlocks);
      return isForPort(rule, port) && [...rule.cidrBlocks, ...listed].some(holds);
    });
}

interface Rule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrBlocks: readonly string[];
  readonly prefixListIds: readonly string[];
}

/** Inbound rules, by each of the three ways in which Terraform makes one. */
function rulesOf(account: AccountView, region: string, groupId: string): readonly Rule[] {
  const single = account
    .findBy('aws_vpc_security_group_ingress_rule', 'security_group_id', groupId, region)
    .map(({ attributes }) => ({
      ...portsOf(attributes, text(attributes['ip_protocol'])),
      cidrBlocks: [text(attributes['cidr_ipv4'])],
      prefixListIds: [text(attributes['prefix_list_id'])],
    }));
  const older = account
    .findBy('aws_security_group_rule', 'security_group_id', groupId, region)
    .filter(({ attributes }) => attributes['type'] === 'ingress')
    .map(({ attributes }) => ofSeveral(attributes));
  const group = account.find('aws_security_group', region, groupId);
  return [...single, ...older, ...blocks(group?.attributes['ingress']).map(ofSeveral)];
}

function ofSeveral(attributes: ObjectValue): Rule {
  return {
    ...portsOf(attributes, text(attributes['protocol'])),
    cidrBlocks: texts(attributes['cidr_blocks']),
    prefixListIds: texts(attributes['prefix_list_ids']),
  };
}

function portsOf(attributes: ObjectValue, protocol: string) {
  return { protocol, fromPort: Number(attributes['from_port']), toPort: Number(attributes['to_port']) };
}

/** Protocol -1 is all of them, whatever its ports say [EC2 API reference, IpPermission]. */
function isForPort({ fromPort, protocol, toPort }: Rule, port: number): boolean {
  if (['-1', 'all'].includes(protocol)) return true;
  return ['tcp', '6'].includes(protocol) && fromPort <= port && port <= toPort;
}
