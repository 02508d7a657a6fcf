import {
  formatFiles,
  type GeneratorCallback,
  logger,
  names,
  offsetFromRoot,
  type Tree,
  visitNotIgnoredFiles,
} from '@nx/devkit';
import ts from 'typescript';
import { cdktfPackagesOf } from '../../cdktf-packages';
import { contractsIn, definesState } from '../contracts-in-sources';
import { invalidStack, settingsUnknown, stackNameTaken, stackOfAnother } from '../errors';
import { INVENTORY_FILE, writeInventories } from '../inventories';
import ownersGenerator, { CODE_OWNERS_FILE } from '../owners/generator';
import { importsOf, parseSource } from '../typescript-source';
import { pluginOptionsOf, sourcesOf, stacksIn, textOf } from '../workspace-files';
import { ownerLiteral } from '../owner-literal';
import { type NewStack, runbook, runbookRow, stackFiles } from './templates';

export interface StackOptions {
  readonly name?: string;
  readonly owner?: string;
  /** Module that exports `loadEnvironment`. @default the one that the other stacks import it from */
  readonly settings?: string;
}

/**
 * Length of a name that leaves an IAM role's 64 characters to `<platform>-<environment>-deploy-<name>`, with the longest
 * platform and environment of twelve each.
 */
const LONGEST_NAME = 31;

/** Names that no stack can have, and why. */
const TAKEN: Readonly<Record<string, string>> = {
  constructor: 'every object of JavaScript has that member, and Nx takes it for a project',
  define: 'its contract would have the name of defineContract',
  platform: 'its state would have the name of PlatformState',
};

const RUNBOOKS = 'docs/runbooks';
const RUNBOOK_INDEX = `${RUNBOOKS}/README.md`;

/**
 * Adds a stack with one state in each serving region. A file that is there stays as it is; a stack that is there stays
 * whole, and what it lacks of a new one is named. What a workspace does not keep of its stacks (tests, runbooks,
 * inventories) is not written.
 *
 * @throws {UserError} before anything is changed, when the name or the owner cannot be, or the name is taken
 */
export default async function stackGenerator(tree: Tree, options: StackOptions): Promise<GeneratorCallback> {
  const { stacks, scope, environmentNames } = await pluginOptionsOf(tree);
  const { name, owner } = parseIdentity(options);
  const folder = `${stacks}/${name}`;
  const others = stacksIn(tree, stacks).filter((stack) => stack !== name);
  const hasInventories = others.some((stack) => tree.exists(`${stacks}/${stack}/${INVENTORY_FILE}`));
  const isThere = tree.exists(`${folder}/src/main.ts`);
  if (isThere) refuseOtherOwner(tree, folder, name, owner);
  else refuseTakenName(tree, name, owner, { folder, stacks, others });

  const settings =
    options.settings ??
    settingsOf(
      tree,
      others.map((stack) => `${stacks}/${stack}/src/main.ts`),
    );
  if (settings === undefined && !isThere) throw settingsUnknown(stacks, name, owner, scope);
  const stack: NewStack = {
    name,
    owner,
    scope,
    toRoot: offsetFromRoot(folder),
    settings: settings ?? '',
    bindings: cdktfPackagesOf(tree.root).find((name) => name.endsWith('/provider-aws')) ?? '@cdktf/provider-aws',
    testing: resolves(tree.root, `${scope}/testing`) ? `${scope}/testing` : undefined,
    runbooks: tree.exists(RUNBOOK_INDEX) ? RUNBOOKS : undefined,
  };
  const files = filesOf(stack, folder);
  const inventory = hasInventories ? [`${folder}/${INVENTORY_FILE}`] : [];
  const there = Object.keys(files).filter((file) => tree.exists(file));
  const missing = [...Object.keys(files), ...inventory].filter((file) => !tree.exists(file));

  if (isThere) {
    reportThere(name, folder, missing);
    return () => undefined;
  }
  for (const [file, text] of Object.entries(files)) if (!there.includes(file)) tree.write(file, text);
  if (stack.runbooks !== undefined) addRunbookRow(tree, stack);
  // As `nx sync` would write them, where it does.
  if (tree.exists(CODE_OWNERS_FILE)) await ownersGenerator(tree);
  await formatFiles(tree);
  report(stack, folder, there);
  if (hasInventories) logger.info(`${folder}/${INVENTORY_FILE} is written last, from what the stack synthesizes to.`);
  return () => writeInventories(tree.root, hasInventories ? [folder] : [], environmentNames);
}

function parseIdentity({ name = '', owner = '' }: StackOptions): { readonly name: string; readonly owner: string } {
  const wanted = wantedName(name);
  const problems = [
    ...(wanted === undefined ? [] : [{ option: 'name', got: name, expected: wanted }]),
    ...(/^[a-z]+-team$/.test(owner)
      ? []
      : [{ option: '--owner', got: owner, expected: 'a team in lower-case letters, such as orders-team' }]),
  ];
  if (problems.length > 0) {
    throw invalidStack(
      problems,
      (wanted === undefined ? name : nearestName(name)) || 'orders',
      problems.some(({ option }) => option === '--owner') ? 'orders-team' : owner,
    );
  }
  return { name, owner };
}

/** Requirement that a name does not meet; undefined for one that can be. */
function wantedName(name: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return 'kebab-case, such as order-book';
  if (name.length > LONGEST_NAME) return `at most ${LONGEST_NAME} characters: names of roles are made of it`;
  const taken = TAKEN[name];
  return taken === undefined ? undefined : `another word: ${taken}`;
}

/** The nearest name in kebab-case; empty where that one cannot be either. */
function nearestName(name: string): string {
  const nearest = names(name)
    .fileName.replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return wantedName(nearest) === undefined ? nearest : '';
}

function filesOf(stack: NewStack, folder: string): Readonly<Record<string, string>> {
  const own = Object.entries(stackFiles(stack)).map(([file, text]) => [`${folder}/${file}`, text]);
  const page = stack.runbooks === undefined ? [] : [[`${stack.runbooks}/${stack.name}.md`, runbook(stack)]];
  return Object.fromEntries([...own, ...page]);
}

function refuseOtherOwner(tree: Tree, folder: string, name: string, owner: string): void {
  const file = `${folder}/src/main.ts`;
  const there = ownerLiteral(parseSource(textOf(tree, file)))?.text;
  if (there !== undefined && there !== owner) throw stackOfAnother(file, name, there, owner);
}

/** Of a project, whose names Nx wants to differ; of a contract, whose parameters it would share; of another's states. */
function refuseTakenName(
  tree: Tree,
  name: string,
  owner: string,
  { folder, stacks, others }: { readonly folder: string; readonly stacks: string; readonly others: readonly string[] },
): void {
  const projects = new Set<string>();
  visitNotIgnoredFiles(tree, '.', (file) => {
    const [, root] = /^(.*\/([^/]+))\/(?:project|package|tsconfig)\.json$/.exec(file) ?? [];
    if (root !== undefined && root !== folder && root.split('/').at(-1) === name) projects.add(root);
  });
  const [project] = projects;
  if (project !== undefined) throw stackNameTaken(name, `the project ${project}`, owner);
  for (const stack of others) {
    const sources = sourcesOf(tree, `${stacks}/${stack}`);
    const contract = contractsIn(sources).find((each) => each.name === name);
    if (contract !== undefined) throw stackNameTaken(name, `the contract ${contract.constant} of ${stack}`, owner);
    if (sources.some((source) => definesState(source, `${name}-`))) {
      throw stackNameTaken(name, `the states ${name}-<region> of ${stack}`, owner);
    }
  }
}

/** Module from which composition roots import `loadEnvironment`. */
function settingsOf(tree: Tree, roots: readonly string[]): string | undefined {
  return roots
    .flatMap((file) => importsOf(parseSource(textOf(tree, file))))
    .find(({ name }) => name === 'loadEnvironment')?.module;
}

/** Whether a module is one of the workspace's own, by the paths of its compiler options. */
function resolves(workspaceRoot: string, module: string): boolean {
  const { config } = ts.readConfigFile(`${workspaceRoot}/tsconfig.base.json`, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config?.compilerOptions, workspaceRoot);
  return ts.resolveModuleName(module, `${workspaceRoot}/x.ts`, options, ts.sys).resolvedModule !== undefined;
}

/** Adds the stack's page to the table of the index, as its last row. */
function addRunbookRow(tree: Tree, stack: NewStack): void {
  const index = textOf(tree, RUNBOOK_INDEX);
  if (index.includes(`(${stack.name}.md)`)) return;
  const lines = index.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('|'));
  if (last >= 0) tree.write(RUNBOOK_INDEX, lines.toSpliced(last + 1, 0, runbookRow(stack)).join('\n'));
}

function reportThere(name: string, folder: string, missing: readonly string[]): void {
  logger.info(`${folder}: the stack ${name} is there and stays as it is. Nothing to change.`);
  if (missing.length > 0) logger.info(`A new stack has these too: ${missing.join(', ')}`);
}

function report({ name, settings }: NewStack, folder: string, there: readonly string[]): void {
  logger.info(`${folder}: stack ${name}, with the settings of ${settings}.`);
  if (there.length > 0) logger.info(`There already, and left as they are: ${there.join(', ')}`);
  logger.info(`Then: npx nx plan ${name}, npx nx deploy ${name}`);
}
