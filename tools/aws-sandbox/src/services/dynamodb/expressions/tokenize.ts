import { invalid } from '../tables/attribute-value';

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const PATTERN =
  /\s*(?:(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<number>\d+)|(?<sign><>|<=|>=|[=<>(),.[\]+-]))/y;

/** Token stream of a DynamoDB expression. @throws AwsError ValidationException, in DynamoDB's words */
export class Tokens {
  private readonly tokens: readonly Token[];
  private next = 0;

  /** @param kind how refusals name the expression: `ConditionExpression` */
  constructor(
    readonly kind: string,
    private readonly expression: string,
  ) {
    if (expression.trim() === '') throw invalid(`Invalid ${kind}: The expression can not be empty;`);
    this.tokens = [...this.scan()];
  }

  peek(): Token {
    return this.tokens[this.next] as Token;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.next += 1;
    return token;
  }

  /** Takes the next token if it is this sign or, in any case of letters, this word. */
  takeIf(text: string): boolean {
    const token = this.peek();
    const is = token.kind === 'sign' ? token.text === text : token.kind === 'word' && token.text.toUpperCase() === text;
    if (is) this.next += 1;
    return is;
  }

  expect(text: string): void {
    if (!this.takeIf(text)) this.refuse();
  }

  isFollowedBy(text: string): boolean {
    const after = this.tokens[this.next + 1];
    return after?.kind === 'sign' && after.text === text;
  }

  /** Nothing may be left. */
  end(): void {
    if (this.peek().kind !== 'end') this.refuse();
  }

  refuse(): never {
    const { kind, text, at } = this.peek();
    const shown = kind === 'end' ? '<EOF>' : text;
    const near = this.expression.slice(Math.max(0, at - 10), at + text.length + 10).trim();
    throw invalid(`Invalid ${this.kind}: Syntax error; token: "${shown}", near: "${near}"`);
  }

  private *scan(): Generator<Token> {
    const { expression } = this;
    PATTERN.lastIndex = 0;
    for (let at = 0; expression.slice(at).trim() !== ''; at = PATTERN.lastIndex) {
      PATTERN.lastIndex = at;
      const groups = PATTERN.exec(expression)?.groups;
      const [kind, text] = Object.entries(groups ?? {}).find(([, found]) => found !== undefined) ?? [];
      if (kind === undefined || text === undefined) {
        const [wrong = ''] = expression.slice(at).trim();
        throw invalid(
          `Invalid ${this.kind}: Syntax error; token: "${wrong}", near: "${expression.slice(Math.max(0, at - 10), at + 12).trim()}"`,
        );
      }
      yield { kind: kind as Token['kind'], text, at: PATTERN.lastIndex - text.length };
    }
    yield { kind: 'end', text: '', at: expression.length };
  }
}
