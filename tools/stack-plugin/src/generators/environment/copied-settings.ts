import ts from 'typescript';
import { settingsIn, texts } from '../settings-source';
import { applyEdits, type Edit, nodesIn, parseSource, replacing } from '../typescript-source';

/** An environment whose settings are to be those of another one. */
export interface NewEnvironment {
  readonly name: string;
  /** Undefined where it stays that of the other one. */
  readonly accountId: string | undefined;
}

export interface CopiedSettings {
  readonly source: string;
  /** Every setting that differs, by its path. */
  readonly changes: readonly { readonly setting: string; readonly from: string; readonly to: string }[];
  /** Where Terraform keeps its states: `local`, `s3`; undefined where the settings do not say. */
  readonly backend: string | undefined;
}

/**
 * The source of an environment with another name: of its constant, its setting `name`, and of each setting that has
 * the old name or account as one of the parts that `.`, `-` or `/` separate, such as a domain; an e-mail address is a
 * person's, and stays. State buckets bear a prefix of their own in any case: two environments that share a bucket would write over each other's states.
 *
 * @param from name of the environment whose source it is
 * @returns undefined where the source exports no object of that name in its place
 */
export function copySettings(source: string, from: string, to: NewEnvironment): CopiedSettings | undefined {
  const file = parseSource(source);
  const found = settingsIn(file, from);
  if (found === undefined) return undefined;
  const { statement, declaration, settings } = found;
  const oldAccount = texts(settings).find(({ path }) => path === 'accountId')?.literal.text;
  const renamed = new Map([
    [from, to.name],
    ...(oldAccount === undefined || to.accountId === undefined ? [] : [[oldAccount, to.accountId] as const]),
  ]);
  const changes = texts(settings)
    .map(({ path, literal }) => ({ path, literal, text: copied(path, literal.text, renamed, to.name) }))
    .filter(({ literal, text }) => literal.text !== text);
  const edits: readonly Edit[] = [
    replacing(declaration.name, to.name),
    ...changes.map(({ literal, text }) => replacing(literal, `'${text}'`)),
    documenting(statement, `/** Settings of ${to.name}, begun as a copy of those of ${from}. */`),
  ];
  return {
    source: applyEdits(source, edits),
    changes: changes.map(({ path, literal, text }) => ({ setting: path, from: literal.text, to: text })),
    backend: texts(settings).find(({ path }) => path === 'stateBackend.kind')?.literal.text,
  };
}

function copied(path: string, value: string, renamed: ReadonlyMap<string, string>, name: string): string {
  if (path === 'name') return name;
  const parts = value.includes('@') ? [value] : value.split(/([./-])/);
  const isAccount = path === 'accountId';
  const text = parts.length > 1 || isAccount ? parts.map((part) => renamed.get(part) ?? part).join('') : value;
  return path === 'stateBackend.bucketPrefix' && text === value ? `${value}-${name}` : text;
}

/** A statement's docstring in place of the one that it has. */
function documenting(statement: ts.Statement, docstring: string): Edit {
  const [old] = nodesIn(statement, ts.isVariableStatement).flatMap((each) => ts.getJSDocCommentsAndTags(each));
  const at = statement.getStart();
  return old === undefined
    ? { from: at, to: at, text: `${docstring}\n` }
    : { from: old.pos, to: old.end, text: docstring };
}
