import ts from 'typescript';

/**
 * Versions from which Terraform and OpenTofu have write-only arguments: the fork refuses these to an app that does not
 * say that it runs on no older one [Terraform and OpenTofu 1.11 release notes].
 */
export const CONTEXT = `targetVersions: { terraform: '>=1.11.0', opentofu: '>=1.11.0' }`;

export interface EditedApps {
  readonly source: string;
  /** Lines, from 1, of options and contexts that are not an object written in place. */
  readonly unreadableLines: readonly number[];
}

/** A source with {@link CONTEXT} in the options of each app of the fork that it makes or extends, and has none. */
export function addTargetVersions(source: string): EditedApps {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const app = importedApp(file);
  const inserts: { readonly at: number; readonly text: string }[] = [];
  const unreadableLines: number[] = [];

  const noteUnreadable = (node: ts.Node): void => {
    unreadableLines.push(file.getLineAndCharacterOfPosition(node.getStart()).line + 1);
  };
  const propertyOf = (object: ts.Node, name: string): ts.ObjectLiteralElementLike | undefined =>
    ts.isObjectLiteralExpression(object)
      ? object.properties.find((property) => property.name?.getText() === name)
      : undefined;
  const append = (object: ts.Node, property: string): void => {
    if (!ts.isObjectLiteralExpression(object)) return noteUnreadable(object);
    const { properties } = object;
    const comma = properties.length > 0 && !properties.hasTrailingComma ? ', ' : ' ';
    inserts.push({ at: properties.end, text: `${comma}${property}` });
  };

  /** @param call `new App(…)`, or `super(…)` of a class that extends it */
  const addTo = (call: ts.CallExpression | ts.NewExpression): void => {
    const [options] = call.arguments ?? [];
    if (options === undefined) return void inserts.push({ at: call.getEnd() - 1, text: `{ context: { ${CONTEXT} } }` });
    const context = ts.isObjectLiteralExpression(options) ? propertyOf(options, 'context') : undefined;
    if (context === undefined) append(options, `context: { ${CONTEXT} }`);
    else if (!ts.isPropertyAssignment(context)) noteUnreadable(context);
    else if (propertyOf(context.initializer, 'targetVersions') === undefined) append(context.initializer, CONTEXT);
  };

  const visit = (node: ts.Node, extendsApp: boolean): void => {
    const isApp = (name: ts.Expression | undefined): boolean => app !== undefined && name?.getText() === app;
    if (ts.isNewExpression(node) && isApp(node.expression)) addTo(node);
    if (extendsApp && ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) addTo(node);
    const inside = ts.isClassLike(node)
      ? (node.heritageClauses ?? []).some(({ types }) => types.some(({ expression }) => isApp(expression)))
      : extendsApp;
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(file, false);

  const edited = inserts
    .sort((a, b) => b.at - a.at)
    .reduce((text, { at, text: insert }) => text.slice(0, at) + insert + text.slice(at), source);
  return { source: edited, unreadableLines };
}

/** How a source names the fork's class App: `App`, `cdktn.App`, or another name that it is imported under. */
function importedApp(file: ts.SourceFile): string | undefined {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || statement.moduleSpecifier.getText().slice(1, -1) !== 'cdktn') continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined) continue;
    if (ts.isNamespaceImport(bindings)) return `${bindings.name.text}.App`;
    const found = bindings.elements.find(({ name, propertyName }) => (propertyName ?? name).text === 'App');
    if (found !== undefined) return found.name.text;
  }
  return undefined;
}
