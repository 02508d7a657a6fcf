import { Fn, Token, Tokenization } from 'cdktf';
import type { OutputSpec } from './contract';
import { unstorableValue } from './errors';

/**
 * Size of a standard parameter's value, bytes of UTF-8: "4 KB" [Systems Manager API Reference, PutParameter]. The
 * refusal there counts characters; bytes are the stricter reading. Advanced parameters, which hold more, are not used:
 * they cost by the month, and none becomes a standard one again.
 */
const MAX_BYTES = 4096;

/** Length of that many bytes in base64 without padding: six bits a digit. */
const MAX_BASE64_DIGITS = Math.ceil((MAX_BYTES * 8) / 6);

/**
 * Terraform's regular expression of a parameter in a value. It has no backslash, which Terraform and JSON would each
 * read in their own way.
 */
const NESTED_PARAMETER = '(?s)[{][{].*[}][}]';

type Kind = OutputSpec['kind'];

/** Output's value, ready for a parameter. */
export interface ParameterValue {
  /** For `insecure_value`; the items of a list are joined by commas. */
  readonly value: string;
  /** Value that Terraform has to check; undefined where all of it is known while it is synthesized. */
  readonly checked?: string | readonly string[];
}

/**
 * Makes an output's value ready for a parameter.
 *
 * @param output for a message: `contract network: vpcId`
 * @throws for what is known while it is synthesized; Terraform checks the rest by {@link storable}
 */
export function parameterValue(output: string, kind: Kind, given: unknown): ParameterValue {
  if (kind === 'text') {
    const text = textOf(output, given);
    return withoutProblem(output, text, text);
  }
  const list: unknown = Tokenization.isResolvable(given) ? Token.asList(given) : given;
  if (!Array.isArray(list)) throw unstorableValue(output, `is ${JSON.stringify(given)}, expected a list`);
  if (Token.isUnresolved(list)) return { value: Fn.join(',', list as string[]), checked: list as string[] };
  if (list.length === 0) throw unstorableValue(output, 'is an empty list, expected at least one value');
  const items = list.map((item) => textOf(output, item));
  const problem = items.map(problemOfItem).find((each) => each !== undefined);
  if (problem !== undefined) throw unstorableValue(output, problem);
  return withoutProblem(output, items.join(','), items);
}

function textOf(output: string, given: unknown): string {
  if (Tokenization.isResolvable(given)) return Token.asString(given);
  if (typeof given === 'string') return given;
  throw unstorableValue(output, `is ${JSON.stringify(given)}, expected a text`);
}

function problemOfItem(item: string, index: number): string | undefined {
  if (item === '') return `has an empty item at ${index}, expected none`;
  const { literals } = partsOf(item);
  return literals.some((literal) => literal.includes(','))
    ? `has a comma in item ${index}, expected none: commas separate the items, and it would arrive as two`
    : undefined;
}

function withoutProblem(output: string, value: string, checked: string | readonly string[]): ParameterValue {
  const { literals, isKnown } = partsOf(value);
  const problem = value === '' ? 'is empty, expected a value' : problemOfLiterals(literals);
  if (problem !== undefined) throw unstorableValue(output, problem);
  return isKnown ? { value } : { value, checked };
}

function problemOfLiterals(literals: readonly string[]): string | undefined {
  const bytes = literals.reduce((sum, literal) => sum + Buffer.byteLength(literal), 0);
  if (bytes > MAX_BYTES) return `is ${bytes} bytes of UTF-8 long, expected at most ${MAX_BYTES}`;
  return literals.flatMap((literal) => REFUSED.find(({ isIn }) => isIn(literal))?.problem ?? [])[0];
}

const REFUSED: readonly { readonly isIn: (literal: string) => boolean; readonly problem: string }[] = [
  {
    // "Parameters can't be referenced or nested in the values of other parameters" [PutParameter].
    isIn: (literal) => /\{\{.*\}\}/s.test(literal),
    problem: 'holds {{…}}, expected none: the parameter store takes it for another parameter',
  },
  {
    isIn: (literal) => /[$%]\{/.test(literal),
    problem:
      'holds ${ or %{, expected none: Terraform evaluates it. An expression is given as a token, such as Fn.join',
  },
  {
    isIn: (literal) => /\p{Surrogate}/u.test(literal),
    problem: 'holds half of a surrogate pair, expected a text that UTF-8 can encode',
  },
  {
    isIn: (literal) => literal !== literal.normalize('NFC'),
    problem: 'is not in Unicode normalization form C, to which Terraform converts it: expected value.normalize()',
  },
];

/** The literal parts of a text, and whether they are all of it. */
function partsOf(text: string): { readonly literals: readonly string[]; readonly isKnown: boolean } {
  const fragments = Tokenization.reverseString(text);
  return {
    // CDKTF declares them as tokens.
    literals: fragments.literals as unknown as readonly string[],
    isKnown: fragments.tokens.length + fragments.intrinsic.length === 0,
  };
}

/**
 * Terraform's condition for a value that can be stored, arrives as it was given and is not sensitive, with a clause that
 * describes the value for a message. Terraform checks it in the plan where the value is known by then, else before it
 * writes the parameter.
 *
 * @param expression of the value: `local.network-us-east-1-vpcId`
 */
export function storable(kind: Kind, expression: string): { readonly condition: string; readonly problem: string } {
  const text = kind === 'text' ? expression : `join(",", ${expression})`;
  const digits = `length(trim(base64encode(${text}), "="))`;
  const conditions = [
    `!issensitive(${text})`,
    `${text} != ""`,
    `${digits} <= ${MAX_BASE64_DIGITS}`,
    `!can(regex("${NESTED_PARAMETER}", ${text}))`,
    ...(kind === 'text' ? [] : [`alltrue([for item in ${expression} : item != "" && !strcontains(item, ",")])`]),
  ];
  const items = kind === 'text' ? '' : ', no empty item and no comma in an item';
  const kept = `is \${try(nonsensitive(floor(${digits} * 3 / 4)), 0)} bytes of UTF-8 long, expected 1 to ${MAX_BYTES}, no {{…}}${items}`;
  return {
    // A value that is null fails in these functions: Terraform's own words for it name no output.
    condition: `\${try(${conditions.join(' && ')}, false)}`,
    // Terraform shows no message that a sensitive value is a part of, in the other branch too.
    problem: `\${try(issensitive(${text}), false) ? "is sensitive, expected a value that every reader may see" : "${kept}"}`,
  };
}
