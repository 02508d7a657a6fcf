import { cidrsOverlap, parseCidr } from '@dr/cidr';
import fc from 'fast-check';
import { ip2long, long2ip } from 'netmask';
import { allocateSubnets, SUBNET_TIERS, tierCidrBlock } from './allocate-subnets';

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** A VPC's block of any size that is accepted, at any address. */
const anyBlock = fc
  .tuple(fc.nat({ max: 0xffffffff }), fc.integer({ min: 8, max: 22 }))
  .map(([address, prefixLength]) => `${long2ip(address - (address % 2 ** (32 - prefixLength)))}/${prefixLength}`);

const anyZones = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1, maxLength: 8 });

/** First and last address of a block. */
function addressRange(cidrBlock: string): { first: number; last: number } {
  const [address = '', prefixLength] = cidrBlock.split('/');
  const first = ip2long(address);
  return { first, last: first + 2 ** (32 - Number(prefixLength)) - 1 };
}

function parse(cidrBlock: string) {
  const block = parseCidr(cidrBlock);
  if (!block) throw new Error(`${cidrBlock} is no block`);
  return block;
}

function overlappingPairs(blocks: readonly string[]): string[][] {
  return blocks.flatMap((a, index) =>
    blocks
      .slice(index + 1)
      .filter((b) => cidrsOverlap(parse(a), parse(b)))
      .map((b) => [a, b]),
  );
}

/** Runs with more tiers than there are today: the module's own list grows, as an edit would grow it. */
function withTiersAppended<Result>(added: number, run: () => Result): Result {
  const tiers = SUBNET_TIERS as unknown as string[];
  const today = tiers.length;
  try {
    for (let tier = 0; tier < added; tier++) tiers.push(`added-${tier}`);
    return run();
  } finally {
    tiers.length = today;
  }
}

describe('allocateSubnets', () => {
  it('gives each tier an eighth of the block, and each zone an eighth of that', () => {
    const subnets = allocateSubnets('10.10.0.0/16', ZONES);

    expect(subnets).toEqual([
      { tier: 'public', zone: 'us-east-1a', cidrBlock: '10.10.0.0/22' },
      { tier: 'public', zone: 'us-east-1b', cidrBlock: '10.10.4.0/22' },
      { tier: 'public', zone: 'us-east-1c', cidrBlock: '10.10.8.0/22' },
      { tier: 'private', zone: 'us-east-1a', cidrBlock: '10.10.32.0/22' },
      { tier: 'private', zone: 'us-east-1b', cidrBlock: '10.10.36.0/22' },
      { tier: 'private', zone: 'us-east-1c', cidrBlock: '10.10.40.0/22' },
      { tier: 'database', zone: 'us-east-1a', cidrBlock: '10.10.64.0/22' },
      { tier: 'database', zone: 'us-east-1b', cidrBlock: '10.10.68.0/22' },
      { tier: 'database', zone: 'us-east-1c', cidrBlock: '10.10.72.0/22' },
    ]);
  });

  it('divides the smallest block into the smallest subnets that AWS has', () => {
    const subnets = allocateSubnets('10.10.4.0/22', ['us-east-1a', 'us-east-1b']);

    expect(subnets.map(({ cidrBlock }) => cidrBlock)).toEqual([
      '10.10.4.0/28',
      '10.10.4.16/28',
      '10.10.4.128/28',
      '10.10.4.144/28',
      '10.10.5.0/28',
      '10.10.5.16/28',
    ]);
  });

  it('lets no two subnets overlap', () => {
    fc.assert(
      fc.property(anyBlock, anyZones, (block, zones) => {
        const blocks = allocateSubnets(block, zones).map(({ cidrBlock }) => cidrBlock);

        expect(overlappingPairs(blocks)).toEqual([]);
      }),
    );
  });

  it('stays inside the block', () => {
    fc.assert(
      fc.property(anyBlock, anyZones, (block, zones) => {
        const { first, last } = addressRange(block);

        for (const { cidrBlock } of allocateSubnets(block, zones)) {
          const subnet = addressRange(cidrBlock);
          expect(subnet.first).toBeGreaterThanOrEqual(first);
          expect(subnet.last).toBeLessThanOrEqual(last);
        }
      }),
    );
  });

  it('plans every tier in every zone once', () => {
    fc.assert(
      fc.property(anyBlock, anyZones, (block, zones) => {
        const planned = allocateSubnets(block, zones).map(({ tier, zone }) => `${tier} ${zone}`);

        expect(planned.sort()).toEqual(
          [
            ...zones.map((zone) => `public ${zone}`),
            ...zones.map((zone) => `private ${zone}`),
            ...zones.map((zone) => `database ${zone}`),
          ].sort(),
        );
      }),
    );
  });

  it('moves no subnet when a zone is appended', () => {
    fc.assert(
      fc.property(
        anyBlock,
        anyZones.filter((zones) => zones.length > 1),
        (block, zones) => {
          const before = allocateSubnets(block, zones.slice(0, -1));
          const after = allocateSubnets(block, zones);

          expect(after).toEqual(expect.arrayContaining([...before]));
        },
      ),
    );
  });

  it('moves no subnet when tiers are appended, and has room for five more', () => {
    fc.assert(
      fc.property(anyBlock, anyZones, fc.integer({ min: 1, max: 5 }), (block, zones, added) => {
        const before = allocateSubnets(block, zones);
        const after = withTiersAppended(added, () => allocateSubnets(block, zones));
        const blocks = after.map(({ cidrBlock }) => cidrBlock);

        expect(after).toHaveLength(before.length + added * zones.length);
        expect(after).toEqual(expect.arrayContaining([...before]));
        expect(overlappingPairs([...blocks])).toEqual([]);
        expect(Math.max(...blocks.map((cidrBlock) => addressRange(cidrBlock).last))).toBeLessThanOrEqual(
          addressRange(block).last,
        );
      }),
    );
  });

  it.each(['10.10.0.0', '10.10.0.1/16', 'ten.0.0.0/8', ''])('refuses %p, which is no block', (block) => {
    expect(() => allocateSubnets(block, ZONES)).toThrow(
      new Error(`cidrBlock is ${block}, expected an IPv4 block in CIDR notation such as 10.0.0.0/16.`),
    );
  });

  it('refuses a block that is too small', () => {
    expect(() => allocateSubnets('10.10.0.0/23', ZONES)).toThrow(
      new Error(
        'cidrBlock is 10.10.0.0/23, expected at least a /22: its subnets would be /29, and AWS has none smaller than /28. Choose a larger block.',
      ),
    );
  });

  it('refuses every block smaller than a /22', () => {
    fc.assert(
      fc.property(fc.integer({ min: 23, max: 32 }), (prefixLength) => {
        expect(() => allocateSubnets(`10.0.0.0/${prefixLength}`, ZONES)).toThrow('expected at least a /22');
      }),
    );
  });

  it('refuses no zones', () => {
    expect(() => allocateSubnets('10.10.0.0/16', [])).toThrow(
      new Error('zones are 0, expected 1 to 8. Choose other zones.'),
    );
  });

  it('refuses a ninth zone', () => {
    expect(() => allocateSubnets('10.10.0.0/16', [...'abcdefghi'])).toThrow(
      new Error('zones are 9, expected 1 to 8. Choose other zones.'),
    );
  });

  it('refuses a zone named twice', () => {
    expect(() => allocateSubnets('10.10.0.0/16', ['us-east-1a', 'us-east-1a'])).toThrow(
      new Error('zones are us-east-1a, us-east-1a, expected each once. Choose other zones.'),
    );
  });
});

describe('tierCidrBlock', () => {
  it.each([
    ['public', '10.10.0.0/19'],
    ['private', '10.10.32.0/19'],
    ['database', '10.10.64.0/19'],
  ] as const)('of the %s tier is an eighth of the block', (tier, expected) => {
    expect(tierCidrBlock('10.10.0.0/16', tier)).toBe(expected);
  });

  it("holds the tier's subnets and no other", () => {
    fc.assert(
      fc.property(anyBlock, anyZones, fc.constantFrom(...SUBNET_TIERS), (block, zones, tier) => {
        const { first, last } = addressRange(tierCidrBlock(block, tier));

        const within = allocateSubnets(block, zones).filter(({ cidrBlock }) => {
          const subnet = addressRange(cidrBlock);
          return subnet.first >= first && subnet.last <= last;
        });

        expect(within.map((subnet) => subnet.tier)).toEqual(zones.map(() => tier));
      }),
    );
  });

  it('refuses what is no block', () => {
    expect(() => tierCidrBlock('10.10.0.1/16', 'private')).toThrow(
      new Error('cidrBlock is 10.10.0.1/16, expected an IPv4 block in CIDR notation such as 10.0.0.0/16.'),
    );
  });
});
