import { type CommandContext, CommandError } from '@dr/command-line';
import { environmentNames, loadEnvironment, settingsPage } from '@dr/environments';
import { git } from '@dr/stack-plugin/commands';
import {
  INVENTORY_FILE,
  organizationOf,
  ownerLiteral,
  ownersGenerator,
  parseSource,
  pluginOptionsOf,
  stacksIn,
  textOf,
  writeInventories,
} from '@dr/stack-plugin/generators';
import { formatFiles, type Tree } from '@nx/devkit';
import { flushChanges, FsTree } from 'nx/src/generators/tree';
import { type EditedSource, editOwner, editRepository, editSettings } from './edit-sources';
import { leftToDo } from './left-to-do';
import { type Adoption, type AdoptOptions, parseAdoption } from './parse-adoption';

const SETTINGS_PAGE = 'docs/settings.md';
const PACKAGE = 'package.json';

/**
 * Writes what a company gives into its sources, and anew what follows from them: code owners, module boundaries, the page
 * of the settings, the inventories. Prints every change, and what a person still has to do.
 *
 * @throws CommandError with every value that is refused, or for changes that no commit holds
 */
export async function adoptWorkspace(
  options: AdoptOptions & { readonly dryRun?: true; readonly force?: true },
  { workspaceRoot, print }: Pick<CommandContext, 'workspaceRoot' | 'print'>,
): Promise<void> {
  const tree = new FsTree(workspaceRoot, false);
  const { stacks: folder, bootstrap, environments: settings, defaultEnvironment } = await pluginOptionsOf(tree);
  const stacks = stacksIn(tree, folder);
  const roots: Readonly<Record<string, string>> = {
    ...Object.fromEntries(stacks.map((stack) => [stack, `${folder}/${stack}`])),
    ...(bootstrap === undefined ? {} : { bootstrap }),
  };
  const names = environmentNames().filter((name) => name !== defaultEnvironment);
  const adoption = parseAdoption(options, {
    environments: Object.fromEntries(names.map((name) => [`${settings}/${name}.ts`, loadEnvironment(name)])),
    owned: Object.keys(roots),
  });

  const edited = editSources(tree, adoption, roots);
  await writeWhatFollows(tree, adoption, defaultEnvironment);
  await formatFiles(tree);
  const written = tree.listChanges();
  const others = written.map(({ path }) => path).filter((path) => !edited.has(path));
  const inventories = stacks
    .map((stack) => `${folder}/${stack}`)
    .filter((root) => tree.exists(`${root}/${INVENTORY_FILE}`));

  if (written.length > 0 && !options.dryRun && !options.force) await refuseUncommitted(workspaceRoot);
  for (const [file, { changes }] of edited) {
    print([file, ...changes.map(({ fact, from, to }) => `  ${fact}: ${from} -> ${to}`)].join('\n'));
  }
  for (const file of others) print(`${file}, which follows`);
  if (written.length === 0) print('Nothing to change.');
  if (options.dryRun) return;

  flushChanges(workspaceRoot, written);
  await writeInventories(workspaceRoot, inventories, [defaultEnvironment, ...names]);
  print(['', 'Left to do:', ...todo(tree, adoption, roots).map((item, index) => `${index + 1}. ${item}`)].join('\n'));
}

/** @returns what is another text now, by file */
function editSources(
  tree: Tree,
  { environments, settings, owners, repository }: Adoption,
  roots: Readonly<Record<string, string>>,
): ReadonlyMap<string, EditedSource> {
  const edits: readonly (readonly [string, EditedSource])[] = [
    ...Object.entries(environments).map(
      ([file, { name }]) => [file, editSettings(file, textOf(tree, file), name, settings[file] ?? {})] as const,
    ),
    ...Object.entries(owners).map(([stack, team]) => {
      const file = `${roots[stack]}/src/main.ts`;
      return [file, editOwner(file, textOf(tree, file), team)] as const;
    }),
    ...(repository === undefined
      ? []
      : [[PACKAGE, editRepository(PACKAGE, textOf(tree, PACKAGE), repository)] as const]),
  ];
  const changed = edits.filter(([, { changes }]) => changes.length > 0);
  for (const [file, { text }] of changed) tree.write(file, text);
  return new Map(changed);
}

async function writeWhatFollows(tree: Tree, { environments }: Adoption, fixture: string): Promise<void> {
  await ownersGenerator(tree);
  const adopted = Object.values(environments).map((environment) => [environment.name, environment] as const);
  tree.write(SETTINGS_PAGE, settingsPage({ [fixture]: loadEnvironment(fixture), ...Object.fromEntries(adopted) }));
}

/** Everything that was there before has to be in a commit, so that it can be taken back. */
async function refuseUncommitted(workspaceRoot: string): Promise<void> {
  const status = await git(workspaceRoot, 'status', '--porcelain');
  if (status === '') return;
  throw new CommandError(
    `${status === undefined ? 'the workspace is no git repository' : 'the work tree has changes that no commit holds'}, expected that all can be taken back. Nothing was changed. Commit them, or add --force.`,
  );
}

function todo(tree: Tree, { environments }: Adoption, roots: Readonly<Record<string, string>>): readonly string[] {
  const teams = Object.values(roots).flatMap(
    (root) => ownerLiteral(parseSource(textOf(tree, `${root}/src/main.ts`)))?.text ?? [],
  );
  return leftToDo({ environments, organization: organizationOf(tree), teams: [...new Set(teams)].sort() });
}
