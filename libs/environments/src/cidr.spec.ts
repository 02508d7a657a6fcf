import fc from 'fast-check';
import { cidrsOverlap, formatCidr, parseCidr, subdivideCidr } from './cidr';

describe('parseCidr', () => {
  it('reads a block', () => {
    expect(parseCidr('10.20.0.0/16')).toEqual({ network: 0x0a140000, prefixLength: 16 });
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.256/24', '10.0.0.1/24', '10.0.0/24', 'ten.0.0.0/8', ''])(
    'refuses %p',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );

  it('reads the highest block without a sign', () => {
    expect(parseCidr('255.255.255.255/32')).toEqual({ network: 0xffffffff, prefixLength: 32 });
  });
});

const anyBlock = fc
  .tuple(fc.nat({ max: 0xffffffff }), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefixLength]) => ({
    network: address - (address % 2 ** (32 - prefixLength)),
    prefixLength,
  }));

describe('properties of blocks', () => {
  it('formats what it parses', () => {
    fc.assert(fc.property(anyBlock, (block) => expect(parseCidr(formatCidr(block))).toEqual(block)));
  });

  it('two blocks overlap exactly when the shorter prefix of both is the same', () => {
    fc.assert(
      fc.property(anyBlock, anyBlock, (a, b) => {
        const shared = Math.min(a.prefixLength, b.prefixLength);
        const prefixOf = (network: number) => network.toString(2).padStart(32, '0').slice(0, shared);
        expect(cidrsOverlap(a, b)).toBe(prefixOf(a.network) === prefixOf(b.network));
      }),
    );
  });

  it('parts of a block lie in it and do not overlap each other', () => {
    const block = { network: 0x0a140000, prefixLength: 16 };
    const parts = [0, 1, 62, 63].map((index) => subdivideCidr(block, 22, index));

    expect(parts.map(formatCidr)).toEqual(['10.20.0.0/22', '10.20.4.0/22', '10.20.248.0/22', '10.20.252.0/22']);
  });
});
