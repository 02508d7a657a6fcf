import ts from 'typescript';

export function parseSource(text: string): ts.SourceFile {
  return ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
}

/** Nodes of a kind in a tree, in the order of the source. */
export function nodesIn<Kind extends ts.Node>(tree: ts.Node, is: (node: ts.Node) => node is Kind): readonly Kind[] {
  const found: Kind[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Imports of a source by name: `import { text as t } from …` is text, t and the module. */
export function importsOf(
  file: ts.SourceFile,
): readonly { readonly name: string; readonly local: string; readonly module: string }[] {
  return nodesIn(file, ts.isImportSpecifier).map((specifier) => ({
    name: (specifier.propertyName ?? specifier.name).text,
    local: specifier.name.text,
    module: (specifier.parent.parent.parent.moduleSpecifier as ts.StringLiteral).text,
  }));
}

/** Name by which a source calls what it imports from a module; undefined where it does not import it. */
export function localName(file: ts.SourceFile, module: string, name: string): string | undefined {
  return importsOf(file).find((found) => found.module === module && found.name === name)?.local;
}

/** Calls of a function that a source imports from a module. */
export function callsOf(file: ts.SourceFile, module: string, name: string): readonly ts.CallExpression[] {
  const local = localName(file, module, name);
  return nodesIn(file, ts.isCallExpression).filter(({ expression }) => expression.getText() === local);
}

export function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.ObjectLiteralElementLike | undefined {
  return object.properties.find(
    (property) =>
      property.name !== undefined &&
      (ts.isStringLiteralLike(property.name) ? property.name.text : property.name.getText()) === name,
  );
}

export function lineOf(node: ts.Node): number {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

/** Text in the place of what stands between two positions of a source. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export const replacing = (node: ts.Node, text: string): Edit => ({ from: node.getStart(), to: node.getEnd(), text });

/** Another property at the end of an object: on a line of its own where the last one is, after its comments. */
export function appending(object: ts.ObjectLiteralExpression, property: string): Edit {
  const { text } = object.getSourceFile();
  const { end, hasTrailingComma } = object.properties;
  const last = object.properties.at(-1);
  if (last === undefined) return { from: end, to: end, text: ` ${property} ` };
  const to = ts.getTrailingCommentRanges(text, end)?.at(-1)?.end ?? end;
  const before = `${hasTrailingComma ? '' : ','}${text.slice(end, to)}`;
  const indent = /\n([ \t]*)$/.exec(textBefore(last))?.[1];
  return { from: end, to, text: indent === undefined ? `${before} ${property}` : `${before}\n${indent}${property},` };
}

function textBefore(node: ts.Node): string {
  return node.getSourceFile().text.slice(node.getFullStart(), node.getStart());
}

/** A name among those that a source imports from a module, before the first that comes later in the alphabet. */
export function importing(file: ts.SourceFile, module: string, name: string): readonly Edit[] {
  if (localName(file, module, name) !== undefined) return [];
  const bindings = nodesIn(file, ts.isNamedImports).find(
    ({ parent }) => (parent.parent.moduleSpecifier as ts.StringLiteral).text === module && !parent.isTypeOnly,
  );
  if (bindings === undefined) return [{ from: 0, to: 0, text: `import { ${name} } from '${module}';\n` }];
  const next = bindings.elements.find(({ name: other }) => other.text.localeCompare(name, 'en') > 0);
  if (next !== undefined) return [{ from: next.getStart(), to: next.getStart(), text: `${name}, ` }];
  const { end, hasTrailingComma } = bindings.elements;
  return [{ from: end, to: end, text: `${hasTrailingComma ? '' : ','} ${name}` }];
}

/** A source with its edits, none of which overlaps another. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: edited }) => text.slice(0, from) + edited + text.slice(to), source);
}
