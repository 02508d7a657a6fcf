import fc from 'fast-check';
import { cidrsOverlap, parseCidr } from './cidr';

describe('parseCidr', () => {
  it.each([
    ['10.20.0.0/16', '10.20.0.0', '10.20.255.255', 16],
    ['10.20.128.0/17', '10.20.128.0', '10.20.255.255', 17],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255', 0],
    ['255.255.255.255/32', '255.255.255.255', undefined, 32],
  ])('reads %s', (text, base, broadcast, bitmask) => {
    expect(parseCidr(text)).toMatchObject({ base, broadcast, bitmask });
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/255.0.0.0',
    '10.0.0.256/24',
    '10.0.0.1/24',
    '10.0.0/24',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    ' 10.0.0.0/8',
    'ten.0.0.0/8',
    '::/0',
    'fd00::/8',
    '',
  ])('refuses %p', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

const anyBlock = fc
  .tuple(fc.nat({ max: 0xffffffff }), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefixLength]) => {
    const prefix = address.toString(2).padStart(32, '0').slice(0, prefixLength);
    const octets = prefix.padEnd(32, '0').match(/.{8}/g) ?? [];
    return { prefix, text: `${octets.map((octet) => Number.parseInt(octet, 2)).join('.')}/${prefixLength}` };
  });

function parsed(text: string) {
  const block = parseCidr(text);
  if (!block) throw new Error(`${text} is not read`);
  return block;
}

describe('cidrsOverlap', () => {
  it('says no of what is no block', () => {
    expect(cidrsOverlap(undefined, parseCidr('0.0.0.0/0'))).toBe(false);
    expect(cidrsOverlap(parseCidr('0.0.0.0/0'), undefined)).toBe(false);
  });

  it('says that two blocks overlap exactly when the shorter prefix begins the longer', () => {
    fc.assert(
      fc.property(anyBlock, anyBlock, (a, b) => {
        const overlap = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
        expect(cidrsOverlap(parsed(a.text), parsed(b.text))).toBe(overlap);
      }),
    );
  });
});
