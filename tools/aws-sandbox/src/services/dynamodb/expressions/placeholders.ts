import { type AttributeValue, invalid, parseAttributeValue } from '../tables/attribute-value';

/** Names and values that a call's expressions may use as `#name` and `:value`. Unused ones are refused, as AWS does. */
export class Placeholders {
  private readonly names: ReadonlyMap<string, string>;
  private readonly values: ReadonlyMap<string, AttributeValue>;
  private readonly unusedNames: Set<string>;
  private readonly unusedValues: Set<string>;

  /** @param names `ExpressionAttributeNames` @param values `ExpressionAttributeValues` @throws AwsError ValidationException */
  constructor(names: unknown, values: unknown) {
    this.names = new Map(Object.entries((names ?? {}) as Record<string, string>));
    this.values = new Map(
      Object.entries((values ?? {}) as Record<string, unknown>).map(([name, value]) => [name, parseValue(name, value)]),
    );
    this.unusedNames = new Set(this.names.keys());
    this.unusedValues = new Set(this.values.keys());
  }

  name(kind: string, placeholder: string): string {
    const name = this.names.get(placeholder);
    if (name === undefined) {
      throw invalid(
        `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.unusedNames.delete(placeholder);
    return name;
  }

  value(kind: string, placeholder: string): AttributeValue {
    const value = this.values.get(placeholder);
    if (value === undefined) {
      throw invalid(
        `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
    this.unusedValues.delete(placeholder);
    return value;
  }

  /** @param anyExpression whether the call has an expression at all @throws AwsError ValidationException */
  requireAllUsed(anyExpression: boolean): void {
    for (const [what, all, unused] of [
      ['ExpressionAttributeNames', this.names, this.unusedNames],
      ['ExpressionAttributeValues', this.values, this.unusedValues],
    ] as const) {
      if (all.size > 0 && !anyExpression) throw invalid(`${what} can only be specified when using expressions`);
      if (unused.size > 0) {
        throw invalid(`Value provided in ${what} unused in expressions: keys: {${[...unused].sort().join(', ')}}`);
      }
    }
  }
}

function parseValue(name: string, value: unknown): AttributeValue {
  try {
    return parseAttributeValue(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`ExpressionAttributeValues contains invalid value: ${reason} for key ${name}`);
  }
}
