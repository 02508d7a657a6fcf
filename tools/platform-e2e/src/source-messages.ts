import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { foldersOf } from './synthesized';
import { WORKSPACE } from './workspace';

/** Stands for a value of a message that is known only when it is said. */
const VALUE = '…';

/**
 * Texts that the sources of apps, libs and tools build, each whole: concatenated parts are joined, and a value reads `…`.
 * Specs and suites are left out, and the sandbox account, which no production runbook quotes.
 */
export function sourceMessages(): readonly string[] {
  const folders = ['apps', 'libs', 'tools'].flatMap((folder) =>
    foldersOf(folder).map((name) => join(folder, name, 'src')),
  );
  return folders
    .filter((folder) => existsSync(join(WORKSPACE, folder)) && !/(aws-sandbox|platform-e2e)/.test(folder))
    .flatMap((folder) =>
      readdirSync(join(WORKSPACE, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.ts$/.test(file) && !/\.(spec|nightly)\.ts$/.test(file))
        .flatMap((file) => messagesOf(readFileSync(join(WORKSPACE, folder, file), 'utf8'))),
    );
}

/** Texts of one source. */
export function messagesOf(source: string): readonly string[] {
  const messages: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isText(node)) messages.push(...alternatives(node));
    else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest));
  return messages;
}

/** Whether a text has the parts of a quote between its values, `…` or `<name>`, in their order. */
export function says(message: string, quote: string): boolean {
  let from = 0;
  return quote
    .split(/…|<[\w-]+>/)
    .map((part) => part.trim())
    .every((part) => {
      const at = message.indexOf(part, from);
      from = at + part.length;
      return at >= 0;
    });
}

function isText(node: ts.Node): node is ts.Expression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || isConcatenation(node);
}

function isConcatenation(node: ts.Node): node is ts.BinaryExpression {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    [node.left, node.right].some(isText)
  );
}

/** The texts that an expression may come to: one of each branch of a condition. */
function alternatives(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return alternatives(node.expression);
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(alternatives);
  if (isConcatenation(node)) return joined(alternatives(node.left), alternatives(node.right));
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<readonly string[]>(
      (texts, { expression, literal }) => joined(joined(texts, alternatives(expression)), [literal.text]),
      [node.head.text],
    );
  }
  return [VALUE];
}

function joined(heads: readonly string[], tails: readonly string[]): readonly string[] {
  return heads.flatMap((head) => tails.map((tail) => head + tail));
}
