import { CommandError } from '@dr/command-line';
import {
  applyEdits,
  ownerLiteral,
  parseSource,
  propertyOf,
  replacing,
  settingsIn,
  texts,
} from '@dr/stack-plugin/generators';
import ts from 'typescript';

/** A fact that is another one now. */
export interface Change {
  /** `regions.primary.name`, `owner` */
  readonly fact: string;
  readonly from: string;
  readonly to: string;
}

export interface EditedSource {
  readonly text: string;
  /** None where the source says so already. */
  readonly changes: readonly Change[];
}

/**
 * Writes settings into the source of an environment, each into its literal.
 *
 * @param values by the path of the setting
 * @throws CommandError where a setting is no literal in its place
 */
export function editSettings(
  file: string,
  text: string,
  environment: string,
  values: Readonly<Record<string, string>>,
): EditedSource {
  const settings = settingsIn(parseSource(text), environment)?.settings;
  const literals = new Map((settings === undefined ? [] : texts(settings)).map(({ path, literal }) => [path, literal]));
  return edit(
    text,
    Object.entries(values).map(([fact, to]) => ({ fact, to, literal: literals.get(fact) ?? refuse(file, fact) })),
  );
}

/** Writes the owner into a composition root. @throws CommandError where it is no literal */
export function editOwner(file: string, text: string, owner: string): EditedSource {
  const literal = ownerLiteral(parseSource(text)) ?? refuse(file, 'owner');
  return edit(text, [{ fact: 'owner', to: owner, literal }]);
}

/** Writes the repository into a package.json. @throws CommandError where it names none */
export function editRepository(file: string, text: string, repository: string): EditedSource {
  const property = (object: ts.Node | undefined, name: string) => {
    const found = object && ts.isObjectLiteralExpression(object) ? propertyOf(object, name) : undefined;
    return found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
  };
  const json = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JSON) as ts.JsonSourceFile;
  const value = property(json.statements[0]?.expression, 'repository');
  const literal = [value, property(value, 'url')].find((node) => node !== undefined && ts.isStringLiteralLike(node));
  return edit(text, [
    { fact: 'repository', to: repository, literal: (literal as ts.StringLiteral) ?? refuse(file, 'repository') },
  ]);
}

function edit(
  text: string,
  facts: readonly { readonly fact: string; readonly to: string; readonly literal: ts.StringLiteralLike }[],
): EditedSource {
  const changed = facts.filter(({ literal, to }) => literal.text !== to);
  return {
    text: applyEdits(
      text,
      changed.map(({ literal, to }) => {
        const [quote = "'"] = literal.getText();
        return replacing(literal, `${quote}${to}${quote}`);
      }),
    ),
    changes: changed.map(({ fact, to, literal }) => ({ fact, from: literal.text, to })),
  };
}

function refuse(file: string, fact: string): never {
  throw new CommandError(
    `${file}: ${fact} is no literal in its place, expected one. Nothing was changed. Write it there by hand.`,
  );
}
