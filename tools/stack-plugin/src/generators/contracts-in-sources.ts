import ts from 'typescript';
import { callsOf, nodesIn, parseSource, propertyOf } from './typescript-source';
import type { SourceFile } from './workspace-files';

/** The package of contracts. */
export const CONTRACTS = '@dr/stack-contracts';

/** A contract as a source defines it. */
export interface DefinedContract {
  readonly file: string;
  /** Parameter path, and what a reader is told: `data-keys`. */
  readonly name: string;
  /** Constant that readers import: `dataKeysContract`. */
  readonly constant: string;
  readonly outputs: ts.ObjectLiteralExpression;
}

/** The contracts that sources define by an object that is written in place. */
export function contractsIn(sources: readonly SourceFile[]): readonly DefinedContract[] {
  return sources.flatMap(({ file, text }) =>
    callsOf(parseSource(text), CONTRACTS, 'defineContract').flatMap(({ arguments: [definition], parent }) => {
      if (definition === undefined || !ts.isObjectLiteralExpression(definition)) return [];
      const name = valueOf(definition, 'name');
      const outputs = valueOf(definition, 'outputs');
      if (name === undefined || !ts.isStringLiteralLike(name)) return [];
      if (outputs === undefined || !ts.isObjectLiteralExpression(outputs)) return [];
      if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return [];
      return [{ file, name: name.text, constant: parent.name.text, outputs }];
    }),
  );
}

/** Whether a source defines a state whose name begins with a text: `super(app, \`orders-${region}\`, …)`. */
export function definesState({ text }: SourceFile, prefix: string): boolean {
  return nodesIn(parseSource(text), ts.isCallExpression).some(({ expression, arguments: [, name] }) => {
    if (expression.kind !== ts.SyntaxKind.SuperKeyword || name === undefined) return false;
    return ts.isTemplateExpression(name) ? name.head.text === prefix : false;
  });
}

function valueOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = propertyOf(object, name);
  return property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}
