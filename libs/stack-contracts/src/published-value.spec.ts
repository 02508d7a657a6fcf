import { Fn, Token } from 'cdktf';
import fc from 'fast-check';
import { parameterValue } from './published-value';

const OUTPUT = 'contract orders: name';
const NEXT = 'Publish another value or drop the output.';
const token = (name: string) => Token.asString(Fn.lookup(Token.asAny('${local.all}'), name));

const refusalOf = (kind: 'text' | 'list', value: unknown): string | undefined => {
  try {
    parameterValue(OUTPUT, kind, value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a value to publish', () => {
  it.each([
    ['an empty text', 'text', '', 'is empty, expected a value'],
    ['a text of 4097 bytes', 'text', 'x'.repeat(4097), 'is 4097 bytes of UTF-8 long, expected at most 4096'],
    [
      'one of 4098 bytes in 2049 letters',
      'text',
      'é'.repeat(2049),
      'is 4098 bytes of UTF-8 long, expected at most 4096',
    ],
    [
      'one of 4097 bytes around an expression',
      'text',
      `${'x'.repeat(4000)}${token('a')}${'y'.repeat(97)}`,
      'is 4097 bytes of UTF-8 long, expected at most 4096',
    ],
    [
      'a parameter in it',
      'text',
      'a {{ssm:\nb}} c',
      'holds {{…}}, expected none: the parameter store takes it for another parameter',
    ],
    [
      'what Terraform evaluates',
      'text',
      'a ${b} c',
      'holds ${ or %{, expected none: Terraform evaluates it. An expression is given as a token, such as Fn.join',
    ],
    [
      'what Terraform evaluates, beside a token',
      'text',
      `%{if a}${token('a')}`,
      'holds ${ or %{, expected none: Terraform evaluates it. An expression is given as a token, such as Fn.join',
    ],
    ['half a pair', 'text', 'a\ud83d', 'holds half of a surrogate pair, expected a text that UTF-8 can encode'],
    [
      'an accent by itself',
      'text',
      'e\u0301',
      'is not in Unicode normalization form C, to which Terraform converts it: expected value.normalize()',
    ],
    ['a list for a text', 'text', ['a'], 'is ["a"], expected a text'],
    ['nothing', 'text', null, 'is null, expected a text'],
    ['an empty list', 'list', [], 'is an empty list, expected at least one value'],
    ['an empty item', 'list', ['a', ''], 'has an empty item at 1, expected none'],
    [
      'a comma in an item',
      'list',
      ['a', 'b,c'],
      'has a comma in item 1, expected none: commas separate the items, and it would arrive as two',
    ],
    [
      'a comma beside a token',
      'list',
      [`${token('a')},b`],
      'has a comma in item 0, expected none: commas separate the items, and it would arrive as two',
    ],
    ['4097 bytes in all', 'list', ['x'.repeat(4094), 'yy'], 'is 4097 bytes of UTF-8 long, expected at most 4096'],
    [
      'a parameter over two items',
      'list',
      ['{{', '}}'],
      'holds {{…}}, expected none: the parameter store takes it for another parameter',
    ],
    ['a text for a list', 'list', 'a', 'is "a", expected a list'],
  ] as const)('is refused: %s', (_what, kind, value, problem) => {
    expect(refusalOf(kind, value)).toBe(`${OUTPUT} ${problem}. ${NEXT}`);
  });

  it.each([
    ['4096 bytes', 'text', 'é'.repeat(2048)],
    ['braces that name no parameter', 'text', '{"a":{"b":1}} }} {{'],
    ['dollars and percents', 'text', '$5 100% {x}'],
    ['lines, quotes and backslashes', 'text', 'a\r\n\t"b" \\n'],
    ['commas', 'text', 'a,b'],
  ] as const)('is stored as it is: %s', (_what, kind, value) => {
    expect(parameterValue(OUTPUT, kind, value)).toEqual({ value });
  });

  it('is left to Terraform where it has an expression', () => {
    const [a, b] = [token('a'), token('b')];
    const list = Token.asList(Fn.split(',', a));

    expect(parameterValue(OUTPUT, 'text', `x${a}`)).toEqual({ value: `x${a}`, checked: `x${a}` });
    expect(parameterValue(OUTPUT, 'list', [a, 'x', b])).toEqual({ value: `${a},x,${b}`, checked: [a, 'x', b] });
    expect(parameterValue(OUTPUT, 'list', list)).toEqual({ value: expect.any(String), checked: list });
  });

  it('arrives as it was given or is refused, whatever the text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const isRefused = refusalOf('text', text) !== undefined;

        expect(isRefused || parameterValue(OUTPUT, 'text', text).value === text).toBe(true);
        expect(isRefused).toBe(text === '' || !isStored(text) || !isKeptByTerraform(text));
      }),
    );
  });

  it('arrives as it was given or is refused, whatever the list', () => {
    fc.assert(
      fc.property(fc.array(anyText(), { maxLength: 4 }), (list) => {
        const isRefused = refusalOf('list', list) !== undefined;

        expect(isRefused || parameterValue(OUTPUT, 'list', list).value.split(',')).toEqual(isRefused || list);
        const arrives = list.length > 0 && list.every((item) => item !== '' && !item.includes(','));
        expect(isRefused).toBe(!arrives || !isStored(list.join(',')) || !isKeptByTerraform(list.join(',')));
      }),
    );
  });
});

/** Texts of which many are refused: by their size, signs that mean something, and characters that are no text. */
function anyText(): fc.Arbitrary<string> {
  const sign = fc.constantFrom('{{', '}}', '${', '%{', ',', '\\', '"', '\n', 'e\u0301', '\ud800', 'é', '日', '');
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc
      .array(fc.oneof(sign, fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 6 })
      .map((all) => all.join('')),
    fc.tuple(fc.constantFrom('x', 'é', '日'), fc.integer({ min: 1360, max: 4100 })).map(([one, n]) => one.repeat(n)),
  );
}

/** Whether the parameter store takes a value, by its rules in other words than those under test. */
function isStored(value: string): boolean {
  const [, ...afterBraces] = value.split('{{');
  return new TextEncoder().encode(value).length <= 4096 && !afterBraces.join('{{').includes('}}');
}

/** Whether Terraform writes a literal of its JSON as it is. */
function isKeptByTerraform(value: string): boolean {
  const isText = new TextDecoder().decode(new TextEncoder().encode(value)) === value;
  return isText && value.normalize('NFC') === value && !value.includes('${') && !value.includes('%{');
}
