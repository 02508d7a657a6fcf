import ts from 'typescript';
import { nodesIn, propertyOf } from './typescript-source';

/** The owner that a composition root names, in the first argument of `runStackApp`; undefined where it is no literal. */
export function ownerLiteral(file: ts.SourceFile): ts.StringLiteralLike | undefined {
  const [literal] = nodesIn(file, ts.isCallExpression)
    .filter(({ expression }) => expression.getText() === 'runStackApp')
    .flatMap(({ arguments: [identity] }) => {
      if (identity === undefined || !ts.isObjectLiteralExpression(identity)) return [];
      const property = propertyOf(identity, 'owner');
      if (property === undefined || !ts.isPropertyAssignment(property)) return [];
      return ts.isStringLiteralLike(property.initializer) ? [property.initializer] : [];
    });
  return literal;
}
