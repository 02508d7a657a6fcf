import ts from 'typescript';

/** Something in a source, found by what it is and not by how it is written. */
type Target =
  | { readonly construction: string }
  | { readonly function: string }
  | { readonly property: string; readonly of: string }
  /** Value at a path of properties: `network.zoneCount`. */
  | { readonly setting: string }
  | { readonly class: string }
  /** Value of a constant: `TABLE`. */
  | { readonly constant: string }
  | { readonly literal: string };

interface Found {
  readonly text: string;
  /** Texts of the arguments of a call or a construction. */
  readonly args: readonly string[];
  /** The text with another argument at an index. */
  withArgument(index: number, text: string): string;
}

/**
 * A source with another property in an object, before the first one whose name comes later.
 *
 * @param property its lines, as they stand in the object
 * @throws when the object is not there exactly once
 */
export function addProperty(source: string, object: Target, property: string): string {
  const [, indent = '', name = ''] = /^( *)(\w+):/.exec(property) ?? [];
  return editSource(source, object, ({ text }) => {
    const others = [...text.matchAll(new RegExp(`^${indent}(\\w+):`, 'gm'))];
    const next = others.find(([, other = '']) => other > name)?.index ?? text.lastIndexOf('\n') + 1;
    return next === 0 ? `{\n${property}${text.slice(1)}` : text.slice(0, next) + property + text.slice(next);
  });
}

/**
 * A source with another text in place of a target.
 *
 * @throws when the target is not there exactly once, or when the change changes nothing: a test that puts a fault into
 *   it would show nothing
 */
export function editSource(source: string, target: Target, change: (found: Found) => string): string {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (matches(node, target)) nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const [node] = nodes;
  const name = JSON.stringify(target);
  if (node === undefined || nodes.length > 1) {
    throw new Error(`${name}: found ${nodes.length} times, expected once. Name what is there now.`);
  }
  const args = ts.isCallExpression(node) || ts.isNewExpression(node) ? [...(node.arguments ?? [])] : [];
  const splice = (from: number, to: number, text: string) => source.slice(from, to) + text;
  const changed = change({
    text: node.getText(),
    args: args.map((arg) => arg.getText()),
    withArgument(index, text) {
      const arg = args[index];
      if (arg === undefined) throw new Error(`${name}: argument ${index} is missing, expected one. Name another.`);
      return splice(node.getStart(), arg.getStart(), text) + source.slice(arg.getEnd(), node.getEnd());
    },
  });
  const edited = splice(0, node.getStart(), changed) + source.slice(node.getEnd());
  if (edited === source) throw new Error(`${name}: the change is none, expected another text. Change it otherwise.`);
  return edited;
}

function matches(node: ts.Node, target: Target): boolean {
  if ('class' in target) return ts.isClassDeclaration(node) && node.name?.text === target.class;
  if ('constant' in target) {
    return (
      ts.isVariableDeclaration(node.parent ?? node) &&
      (node.parent as ts.VariableDeclaration).initializer === node &&
      (node.parent as ts.VariableDeclaration).name.getText() === target.constant
    );
  }
  if ('literal' in target) return ts.isStringLiteralLike(node) && node.text === target.literal;
  if ('construction' in target) return ts.isNewExpression(node) && node.expression.getText() === target.construction;
  if ('setting' in target) return pathOf(node) === target.setting;
  if ('function' in target) return ts.isCallExpression(node) && node.expression.getText() === target.function;
  return (
    ts.isPropertyAccessExpression(node) && node.name.text === target.property && node.expression.getText() === target.of
  );
}

/** Names of the properties that lead to a value: `network.zoneCount`. */
function pathOf(node: ts.Node): string {
  const { parent } = node;
  if (!parent || !ts.isPropertyAssignment(parent) || parent.initializer !== node) return '';
  const outer = pathOf(parent.parent);
  return outer ? `${outer}.${parent.name.getText()}` : parent.name.getText();
}
