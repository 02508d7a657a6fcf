import ts from 'typescript';
import { nodesIn } from '../typescript-source';

/** An expression of TypeScript; undefined where a text is none, or more than one. */
export function parseExpression(text: string): ts.Expression | undefined {
  const source = `(${text}\n)`;
  const { diagnostics = [] } = ts.transpileModule(source, { reportDiagnostics: true });
  const file = ts.createSourceFile('value.ts', source, ts.ScriptTarget.Latest, true);
  const [statement, ...more] = file.statements;
  if (diagnostics.length > 0 || more.length > 0 || statement === undefined) return undefined;
  if (!ts.isExpressionStatement(statement) || !ts.isParenthesizedExpression(statement.expression)) return undefined;
  return statement.expression.expression;
}

/** Names that an expression takes from around it: neither members, nor keys, nor its own parameters, nor JavaScript's. */
export function namesOf(expression: ts.Expression): readonly string[] {
  const own = new Set(declaredNames(expression));
  const names = nodesIn(expression, ts.isIdentifier)
    .filter((node) => !isMember(node))
    .map(({ text }) => text)
    .filter((name) => !own.has(name) && !(name in globalThis) && name !== 'undefined');
  return [...new Set(names)];
}

/** Names that a source declares or imports, anywhere. */
export function declaredNames(tree: ts.Node): readonly string[] {
  return nodesIn(tree, ts.isIdentifier)
    .filter(({ parent }) => isDeclaration(parent))
    .filter((node) => (node.parent as ts.NamedDeclaration).name === node)
    .map(({ text }) => text);
}

function isDeclaration(node: ts.Node): boolean {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isImportSpecifier(node) ||
    ts.isImportClause(node) ||
    ts.isNamespaceImport(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node)
  );
}

function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}
