import ts from 'typescript';
import { CONTRACTS } from '../contracts-in-sources';
import { localName } from '../typescript-source';

/** Type of an output, as its readers rely on it. */
export interface OutputType {
  readonly type: 'text' | 'list';
  readonly mirrored: boolean;
}

/** Functions of the contracts' package that make an output, by its type. */
const MAKERS = { text: 'text', list: 'textList' } as const;
const MIRRORED = 'mirrored';

/** Type and description of the output that an expression makes, `mirrored(text('…'))`; undefined of another expression. */
export function typeOfOutput(expression: ts.Expression): (OutputType & { readonly description: string }) | undefined {
  const file = expression.getSourceFile();
  const called = (node: ts.Expression, name: string): ts.Expression | undefined =>
    ts.isCallExpression(node) && node.expression.getText() === localName(file, CONTRACTS, name)
      ? node.arguments[0]
      : undefined;
  const inner = called(expression, MIRRORED);
  for (const type of ['text', 'list'] as const) {
    const description = called(inner ?? expression, MAKERS[type]);
    if (description === undefined) continue;
    const said = ts.isStringLiteralLike(description) ? description.text : description.getText();
    return { type, mirrored: inner !== undefined, description: said };
  }
  return undefined;
}

/** Names that an output's expression needs from the contracts' package. */
export function makersOf({ type, mirrored }: OutputType): readonly string[] {
  return mirrored ? [MAKERS[type], MIRRORED] : [MAKERS[type]];
}

/** Expression that makes an output in a source, by the names that it has for the makers. */
export function outputExpression(file: ts.SourceFile, output: OutputType, description: string): string {
  const call = (name: string, argument: string) => `${localName(file, CONTRACTS, name) ?? name}(${argument})`;
  const made = call(MAKERS[output.type], quoted(description));
  return output.mirrored ? call(MIRRORED, made) : made;
}

/** In the quotes that Prettier takes: single ones, where that escapes no more than double ones. */
function quoted(text: string): string {
  const double = JSON.stringify(text);
  return text.includes("'") ? double : `'${double.slice(1, -1).replaceAll('\\"', '"')}'`;
}

/** `a mirrored list` */
export function describeType({ type, mirrored }: OutputType): string {
  return `a ${mirrored ? 'mirrored ' : ''}${type}`;
}
