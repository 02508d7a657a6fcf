import { parseCidr } from '@dr/cidr';
import { Netmask } from 'netmask';

/** Kinds of subnet, in the order of their slots. A new tier goes to the end: slots are never given again. */
export const SUBNET_TIERS = ['public', 'private', 'database'] as const;

export type SubnetTier = (typeof SUBNET_TIERS)[number];

/** One subnet: its tier, its zone and its block. */
export interface SubnetPlan {
  readonly tier: SubnetTier;
  /** `us-east-1a` */
  readonly zone: string;
  /** `10.10.0.0/22` */
  readonly cidrBlock: string;
}

/** Bits for the tier's slot (8 of them) and for the zone's slot within it (8 of them). */
const TIER_BITS = 3;
const ZONE_BITS = 3;
/** AWS has no subnet smaller than a /28 [Amazon VPC user guide, subnet sizing]. */
const LONGEST_SUBNET_PREFIX = 28;

/**
 * Divides a VPC's block among tiers and zones. Every tier has a fixed slot, and every zone a fixed slot within it, so
 * adding a zone at the end or a tier moves no block that is in use.
 *
 * @param cidrBlock block of the VPC, `10.10.0.0/16`; at most a /22, so that each subnet is at least a /28
 * @param zones up to 8, in an order that only grows at its end
 * @throws when the block is malformed or too small, or the zones are too many or not distinct
 */
export function allocateSubnets(cidrBlock: string, zones: readonly string[]): readonly SubnetPlan[] {
  const block = blockOf(cidrBlock);
  const prefixLength = block.bitmask + TIER_BITS + ZONE_BITS;
  if (prefixLength > LONGEST_SUBNET_PREFIX) {
    throw new Error(
      `cidrBlock is ${cidrBlock}, expected at least a /${LONGEST_SUBNET_PREFIX - TIER_BITS - ZONE_BITS}: ` +
        `its subnets would be /${prefixLength}, and AWS has none smaller than /${LONGEST_SUBNET_PREFIX}. Choose a larger block.`,
    );
  }
  if (zones.length === 0 || zones.length > 2 ** ZONE_BITS) {
    throw new Error(`zones are ${zones.length}, expected 1 to ${2 ** ZONE_BITS}. Choose other zones.`);
  }
  if (new Set(zones).size !== zones.length) {
    throw new Error(`zones are ${zones.join(', ')}, expected each once. Choose other zones.`);
  }
  return SUBNET_TIERS.flatMap((tier) => {
    const tierBlock = tierBlockOf(block, tier);
    return zones.map((zone, zoneSlot) => ({
      tier,
      zone,
      cidrBlock: String(subdivide(tierBlock, prefixLength, zoneSlot)),
    }));
  });
}

/**
 * The block that holds a tier's subnets, those of zones to come too: what rules and routes name instead of each subnet.
 *
 * @param cidrBlock block of the VPC, `10.10.0.0/16`
 * @returns `10.10.32.0/19` for the private tier
 * @throws when the block is malformed
 */
export function tierCidrBlock(cidrBlock: string, tier: SubnetTier): string {
  return String(tierBlockOf(blockOf(cidrBlock), tier));
}

/** The slot-th block of `prefixLength` inside a block, counted from its start. */
function subdivide(block: Netmask, prefixLength: number, slot: number): Netmask {
  return new Netmask(block.base, prefixLength).next(slot);
}

function tierBlockOf(block: Netmask, tier: SubnetTier): Netmask {
  return subdivide(block, block.bitmask + TIER_BITS, SUBNET_TIERS.indexOf(tier));
}

function blockOf(cidrBlock: string): Netmask {
  const block = parseCidr(cidrBlock);
  if (!block)
    throw new Error(`cidrBlock is ${cidrBlock}, expected an IPv4 block in CIDR notation such as 10.0.0.0/16.`);
  return block;
}
