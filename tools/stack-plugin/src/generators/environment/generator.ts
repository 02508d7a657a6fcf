import { formatFiles, type GeneratorCallback, logger, type Tree } from '@nx/devkit';
import ts from 'typescript';
import { environmentExists, invalidEnvironment, type Refused, settingsUnreadable, unknownEnvironment } from '../errors';
import { INVENTORY_FILE, writeInventories } from '../inventories';
import { pluginOptionsOf, stacksIn, textOf } from '../workspace-files';
import { type CopiedSettings, copySettings } from './copied-settings';

export interface EnvironmentOptions {
  readonly name?: string;
  readonly from?: string;
  /** 12 digits, which Nx may take for a number. @default that of the environment that is copied */
  readonly accountId?: string | number;
}

/**
 * Adds an environment: a file that is a copy of another one's, but for what may not be the same.
 *
 * @throws {UserError} before anything is changed, when the name cannot be or is taken, or when there is no such
 *   environment to copy
 */
export default async function environmentGenerator(
  tree: Tree,
  options: EnvironmentOptions,
): Promise<GeneratorCallback> {
  const { environments, environmentNames, stacks } = await pluginOptionsOf(tree);
  const { name, from, accountId } = parseOptions(options, environmentNames);
  if (!environmentNames.includes(from)) throw unknownEnvironment(from, environmentNames, name);

  const file = `${environments}/${name}.ts`;
  const copied = copySettings(textOf(tree, `${environments}/${from}.ts`), from, { name, accountId });
  if (copied === undefined) throw settingsUnreadable(`${environments}/${from}.ts`);
  if (tree.exists(file)) {
    if (withoutLayout(textOf(tree, file)) !== withoutLayout(copied.source)) throw environmentExists(file, name, from);
    logger.info(`${file} is there, a copy of ${from}.ts. Nothing to change.`);
    return () => undefined;
  }
  tree.write(file, copied.source);
  await formatFiles(tree);
  report(file, name, from, copied);
  const folders = stacksIn(tree, stacks).map((stack) => `${stacks}/${stack}`);
  const inventories = folders.filter((folder) => tree.exists(`${folder}/${INVENTORY_FILE}`));
  return () => writeInventories(tree.root, inventories, [...environmentNames, name]);
}

function parseOptions(
  { name = '', from = '', accountId: account }: EnvironmentOptions,
  known: readonly string[],
): { readonly name: string; readonly from: string; readonly accountId: string | undefined } {
  const accountId = account === undefined ? undefined : String(account);
  const problems: Refused[] = [];
  if (!/^[a-z][a-z0-9]{1,11}$/.test(name)) {
    problems.push({ option: 'name', got: name, expected: '2 to 12 lower-case letters and digits, a letter first' });
  } else if (name === 'emulator' || isReserved(name)) {
    problems.push({
      option: 'name',
      got: name,
      expected: `another word: ${name === 'emulator' ? 'that configuration is there' : 'that one has a meaning in TypeScript'}`,
    });
  }
  if (from === '') problems.push({ option: '--from', got: from, expected: `one of ${known.join(', ')}` });
  if (accountId !== undefined && !/^\d{12}$/.test(accountId)) {
    problems.push({ option: '--account-id', got: accountId, expected: 'the 12 digits of an AWS account' });
  }
  if (problems.length > 0) {
    const wrongName = problems.some(({ option }) => option === 'name');
    throw invalidEnvironment(problems, wrongName ? 'staging' : name, from || (known[0] ?? '<environment>'));
  }
  return { name, from, accountId };
}

/** Words that are no keywords, and of which an ECMAScript module can have no constant [ECMA-262, strict mode, modules]. */
const NO_CONSTANT: readonly string[] = ['arguments', 'await', 'eval', 'undefined'];

/** Whether a name cannot be that of a constant. */
function isReserved(name: string): boolean {
  if (NO_CONSTANT.includes(name)) return true;
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, name);
  const kind = scanner.scan();
  return kind >= ts.SyntaxKind.FirstReservedWord && kind <= ts.SyntaxKind.LastFutureReservedWord;
}

/** A source as a formatter leaves it, whatever its style. */
const withoutLayout = (source: string): string => source.replace(/[\s,]/g, '');

function report(file: string, name: string, from: string, { changes, backend }: CopiedSettings): void {
  logger.info(`${file}: a copy of ${from}.ts, but for`);
  for (const { setting, from: old, to } of changes) logger.info(`  ${setting}: ${old} -> ${to}`);
  if (!changes.some(({ setting }) => setting === 'accountId')) logger.info(`  The account is that of ${from}.`);
  if (backend === 'local') {
    logger.warn(
      `${file}: its states are kept beside the configuration, as those of ${from}. For AWS give it stateBackend: { kind: 's3', bucketPrefix: '…' }.`,
    );
  }
  logger.info(`Read through the rest of it. Then: npx nx run-many -t synth -c ${name}`);
}
