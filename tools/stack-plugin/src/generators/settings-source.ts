import ts from 'typescript';
import { nodesIn, propertyOf } from './typescript-source';

/** Settings of an environment in its source: the constant that it exports, with the object in its place. */
export function settingsIn(file: ts.SourceFile, name: string) {
  for (const statement of file.statements.filter(ts.isVariableStatement)) {
    if (!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    const [declaration] = statement.declarationList.declarations;
    const settings = declaration?.initializer;
    if (declaration === undefined || settings === undefined || !ts.isObjectLiteralExpression(settings)) continue;
    const setting = propertyOf(settings, 'name');
    const value = setting !== undefined && ts.isPropertyAssignment(setting) ? setting.initializer : undefined;
    if (value !== undefined && ts.isStringLiteralLike(value) && value.text === name) {
      return { statement, declaration, settings };
    }
  }
  return undefined;
}

/** Texts of settings, each with its path: `regions.primary.name`. */
export function texts(
  settings: ts.ObjectLiteralExpression,
): readonly { readonly path: string; readonly literal: ts.StringLiteralLike }[] {
  return nodesIn(settings, ts.isStringLiteralLike)
    .filter((literal) => !ts.isPropertyAssignment(literal.parent) || literal.parent.name !== literal)
    .map((literal) => ({ path: pathOf(literal, settings), literal }));
}

/** Names of the properties that lead to a node of an object. */
function pathOf(node: ts.Node, object: ts.Node): string {
  if (node === object) return '';
  const outer = pathOf(node.parent, object);
  return ts.isPropertyAssignment(node) ? [outer, node.name.getText()].filter(Boolean).join('.') : outer;
}
