import { contextValue, matchesPattern, plainText, type RequestContext, withVariables } from './match-text';
import { type Conditions, listOf } from './policy-document';

/** Compares the value of a request with that of a policy, whose variables are filled in. */
type Comparison = (got: string, wanted: string) => boolean;

const sameText: Comparison = (got, wanted) => got === plainText(wanted);
const sameTextIgnoringCase: Comparison = (got, wanted) => got.toLowerCase() === plainText(wanted).toLowerCase();
const likeText: Comparison = (got, wanted) => matchesPattern(wanted, got);
const numbers =
  (compare: (got: number, wanted: number) => boolean): Comparison =>
  (got, wanted) =>
    compare(Number(got), Number(wanted));

/** Each of the six parts is matched by itself, so that a wildcard does not reach into the next one. */
const likeArn: Comparison = (got, wanted) => {
  const [gotParts, wantedParts] = [partsOfArn(got), partsOfArn(wanted)];
  return (
    wantedParts.length === gotParts.length && wantedParts.every((part, i) => matchesPattern(part, gotParts[i] ?? ''))
  );
};

function partsOfArn(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Operators, and whether they hold where none of the policy's values compares. */
const OPERATORS: Readonly<Record<string, { readonly compare: Comparison; readonly negated?: true }>> = {
  StringEquals: { compare: sameText },
  StringNotEquals: { compare: sameText, negated: true },
  StringEqualsIgnoreCase: { compare: sameTextIgnoringCase },
  StringNotEqualsIgnoreCase: { compare: sameTextIgnoringCase, negated: true },
  StringLike: { compare: likeText },
  StringNotLike: { compare: likeText, negated: true },
  ArnEquals: { compare: likeArn },
  ArnLike: { compare: likeArn },
  ArnNotEquals: { compare: likeArn, negated: true },
  ArnNotLike: { compare: likeArn, negated: true },
  NumericEquals: { compare: numbers((got, wanted) => got === wanted) },
  NumericNotEquals: { compare: numbers((got, wanted) => got === wanted), negated: true },
  NumericLessThan: { compare: numbers((got, wanted) => got < wanted) },
  NumericLessThanEquals: { compare: numbers((got, wanted) => got <= wanted) },
  NumericGreaterThan: { compare: numbers((got, wanted) => got > wanted) },
  NumericGreaterThanEquals: { compare: numbers((got, wanted) => got >= wanted) },
  Bool: { compare: sameTextIgnoringCase },
};

/**
 * Whether a request meets every test of a condition.
 *
 * @throws for an operator that is not evaluated: taken for met, a grant would look wider than it is, and a denial narrower
 */
export function meetsConditions(conditions: Conditions | undefined, context: RequestContext): boolean {
  return Object.entries(conditions ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]) => meetsTest(operator, key, listOf(wanted).map(String), context)),
  );
}

function meetsTest(operator: string, key: string, wanted: readonly string[], context: RequestContext): boolean {
  const value = contextValue(context, key);
  if (operator === 'Null') return wanted.includes(String(value === undefined));

  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const known = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (known === undefined) {
    throw new Error(
      `condition operator is ${operator}, expected one of ${Object.keys(OPERATORS).join(', ')}, Null. Use one of these, or teach libs/iam-policy that one.`,
    );
  }
  const { compare, negated = false } = known;
  const holds = (got: string): boolean => {
    const isMet = wanted.some((text) => {
      const filled = withVariables(text, context);
      return filled !== undefined && compare(got, filled);
    });
    return isMet !== negated;
  };
  if (value === undefined) {
    if (ifExists !== undefined || set === 'ForAllValues') return true;
    return set === undefined && negated;
  }
  const values = listOf(value);
  return set === 'ForAllValues' || (set === undefined && negated) ? values.every(holds) : values.some(holds);
}
