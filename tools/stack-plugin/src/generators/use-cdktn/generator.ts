import {
  formatFiles,
  type GeneratorCallback,
  installPackagesTask,
  logger,
  type Tree,
  visitNotIgnoredFiles,
} from '@nx/devkit';
import { UserError } from '../../errors';
import { type Archived, FORK, renameInCode, renameSpecifiers } from './fork';
import { addTargetVersions, CONTEXT } from './target-versions';

export interface UseCdktnOptions {
  /** Leaves node_modules and the lock file as they are. @default false */
  readonly skipInstall?: boolean;
}

const CODE = /\.[cm]?[jt]sx?$/;
const SETTINGS = /(^|\/)(nx|project)\.json$/;
const PAGE = /\.md$/;
const MANIFEST = /(^|\/)package\.json$/;
const DEPENDENCY_KINDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

type PackageJson = { readonly name?: string } & {
  [kind in (typeof DEPENDENCY_KINDS)[number]]?: Record<string, string>;
};

interface Moved {
  /** Every file that is changed. */
  readonly files: string[];
  /** Those in which the context of an app is. */
  readonly apps: string[];
  /** File and line of each app that a person has to give the context. */
  readonly byHand: string[];
}

/**
 * Moves a workspace from cdktf to its maintained fork: names of packages in every package.json, module specifiers in
 * sources, settings and pages, and the context `targetVersions` of each app. A second run changes nothing.
 *
 * @throws {UserError} before anything is changed, when the workspace uses bindings of another provider: the fork's
 *   core accepts no bindings of the archived one
 */
export default async function useCdktn(
  tree: Tree,
  { skipInstall = false }: UseCdktnOptions,
): Promise<GeneratorCallback> {
  const files = filesOf(tree);
  refuseOtherProviders(tree, files);

  const moved: Moved = { files: [], apps: [], byHand: [] };
  for (const file of files) {
    const text = textOf(tree, file);
    const renamed = rename(file, text);
    const { source, unreadableLines } = isOfFork(file, renamed)
      ? addTargetVersions(renamed)
      : { source: renamed, unreadableLines: [] };
    moved.byHand.push(...unreadableLines.map((line) => `${file}:${line}`));
    if (source === text) continue;
    tree.write(file, source);
    moved.files.push(file);
    if (source !== renamed) moved.apps.push(file);
  }
  await formatFiles(tree);
  report(moved, skipInstall);
  return () => {
    if (!skipInstall && moved.files.length > 0) installPackagesTask(tree);
  };
}

function rename(file: string, text: string): string {
  if (MANIFEST.test(file)) return renameDependencies(text);
  if (SETTINGS.test(file) || PAGE.test(file)) return renameSpecifiers(text);
  return CODE.test(file) ? renameInCode(text) : text;
}

const isOfFork = (file: string, text: string): boolean => CODE.test(file) && /['"]cdktn['"]/.test(text);

/** Files of the workspace, but for those of this plugin, which works with either. */
function filesOf(tree: Tree): readonly string[] {
  const files: string[] = [];
  visitNotIgnoredFiles(tree, '.', (file) => void files.push(file));
  const own = files
    .filter((file) => MANIFEST.test(file) && manifestOf(tree, file).name === '@dr/stack-plugin')
    .map((file) => file.slice(0, -'package.json'.length));
  return files.filter((file) => !own.some((folder) => file.startsWith(folder)));
}

function report({ files, apps, byHand }: Moved, skipInstall: boolean): void {
  const manifests = files.filter((file) => MANIFEST.test(file));
  const renamed = Object.entries(FORK).map(([from, { name, version }]) => `${from} is now ${name} ${version}`);
  if (files.length === 0) logger.info('Nothing to change: no source or package.json names cdktf.');
  else {
    logger.info(
      [
        `${renamed.join(', ')}: in ${manifests.join(', ') || 'no package.json'} and ${files.length - manifests.length} other files.`,
        `The app's context targetVersions was added in ${apps.join(', ') || 'no file'}.`,
        'What prose and update bots say of cdktf is left to you: git grep -n cdktf',
        `Then: ${skipInstall ? 'npm install, ' : ''}npx nx run-many -t typecheck test, and npx nx run-many -t plan, which has to say "no change" of what is deployed.`,
      ].join('\n'),
    );
  }
  if (byHand.length > 0) {
    logger.warn(
      `${byHand.join(', ')}: options of the app are not an object written there, expected one. Add context: { ${CONTEXT} } to them.`,
    );
  }
}

function refuseOtherProviders(tree: Tree, files: readonly string[]): void {
  const others = files
    .filter((file) => MANIFEST.test(file))
    .flatMap((file) => {
      const manifest = manifestOf(tree, file);
      return DEPENDENCY_KINDS.flatMap((kind) => Object.keys(manifest[kind] ?? {}))
        .filter((name) => name.startsWith('@cdktf/') && !(name in FORK))
        .map((name) => `${file}: ${name}`);
    });
  if (others.length === 0) return;
  throw new UserError(
    `${others.join(', ')}: package of cdktf without a known counterpart, expected @cdktf/provider-aws alone. Put the fork's package in its place, or remove it, and run this again. Nothing was changed.`,
  );
}

/** A package.json with the fork's packages in the places of the archived ones, in the versions of {@link FORK}. */
function renameDependencies(text: string): string {
  if (renameSpecifiers(text) === text) return text;
  const manifest = JSON.parse(text) as PackageJson;
  for (const kind of DEPENDENCY_KINDS.filter((name) => manifest[name] !== undefined)) {
    manifest[kind] = Object.fromEntries(
      Object.entries(manifest[kind] ?? {}).map(([name, version]) =>
        name in FORK ? entryOf(FORK[name as Archived], kind) : [name, version],
      ),
    );
  }
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Peers are a range: who installs the package has a version of its own. */
const entryOf = ({ name, version }: (typeof FORK)[Archived], kind: (typeof DEPENDENCY_KINDS)[number]): string[] => [
  name,
  kind === 'peerDependencies' ? `^${version}` : version,
];

const manifestOf = (tree: Tree, file: string): PackageJson => JSON.parse(textOf(tree, file));

const textOf = (tree: Tree, file: string): string => tree.read(file, 'utf8') ?? '';
