import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type {
  CreateDependencies,
  CreateNodes,
  CreateNodesContext,
  CreateNodesResultArray,
  DependencyType,
  PreTasksExecution,
  ProjectConfiguration,
} from '@nx/devkit';
import { cdktfPackagesOf } from './cdktf-packages';
import { withoutStackTrace } from './errors';
import { contractImports, readersByStack } from './inference/contract-imports';
import { ownerIn, ownerTag } from './inference/owner';
import { deployConfigurations } from './inference/deploy-configurations';
import { bootstrapTargets, stackTargets, type StackTargetSettings } from './inference/stack-targets';
import { deletedIn } from './records/work-tree';
import { isDevelopedIn } from './platform-tools';
import { type ResolvedOptions, resolveOptions, type StackPluginOptions } from './plugin-options';
import { askSameNx, findRequestedTasks, REQUESTED_TASKS_VARIABLE } from './requested-tasks';
import { refuseUnknownNames } from './stack-options';
import { refuseUnknownTasks, type TargetsByProject } from './unknown-tasks';

export type { StackPluginOptions } from './plugin-options';

export const name = '@dr/stack-plugin';

/** Spelt out: the value itself is in a module that takes long to load. */
const STATIC = 'static' as DependencyType.static;

/**
 * A stack is a folder in the folder of the stacks with a `tsconfig.json` and a `src/main.ts`. Which folder that is, and
 * which one holds the environments, nx.json says, and Nx asks for the pattern before it: all TypeScript is watched. Of
 * stacks that is needed for the imports of contracts, which order the destroys.
 */
export const createNodes: CreateNodes<Partial<StackPluginOptions>> = [
  '**/{tsconfig.json,*.ts}',
  (files, options, context) =>
    sayingProblems(async () => inferStacks(files, await resolveOptions(options, context.workspaceRoot), context)),
];

function inferStacks(
  files: readonly string[],
  options: ResolvedOptions,
  { workspaceRoot, nxJsonConfiguration }: CreateNodesContext,
): CreateNodesResultArray {
  const roots = files
    .filter((file) => file.endsWith('/tsconfig.json'))
    .map((file) => dirname(file))
    .filter((root) => dirname(root) === options.stacks && existsSync(join(workspaceRoot, root, 'src/main.ts')));
  const importsByStack = new Map(
    roots.map((root) => {
      const sources = files.filter((file) => isSource(root, file));
      const imports = sources.flatMap((file) =>
        contractImports(readFileSync(join(workspaceRoot, file), 'utf8'), options.scope),
      );
      return [stackName(root), new Set(imports)];
    }),
  );
  const readers = readersByStack(importsByStack);
  const settings = targetSettings(options, workspaceRoot, Object.keys(nxJsonConfiguration.namedInputs ?? {}));

  const stacks = roots.map((root) => {
    const name = stackName(root);
    const project: ProjectConfiguration = {
      name,
      root,
      sourceRoot: `${root}/src`,
      projectType: 'application',
      tags: ['type:stack', ...ownerTags(readFileSync(join(workspaceRoot, root, 'src/main.ts'), 'utf8'))],
      targets: stackTargets(name, root, readers.get(name) ?? [], settings),
    };
    return [`${root}/tsconfig.json`, { projects: { [root]: project } }] as const;
  });
  const { bootstrap } = options;
  if (bootstrap === undefined || !files.includes(`${bootstrap}/tsconfig.json`)) return stacks;
  const project: ProjectConfiguration = {
    name: stackName(bootstrap),
    root: bootstrap,
    tags: ownerTags(readFileSync(join(workspaceRoot, bootstrap, 'src/main.ts'), 'utf8')),
    targets: bootstrapTargets(stackName(bootstrap), settings),
  };
  return [...stacks, [`${bootstrap}/tsconfig.json`, { projects: { [bootstrap]: project } }] as const];
}

/**
 * An edge for each contract that a stack imports, and so the order of deploys. Nx draws the same ones where it analyses
 * imports itself, which it does not in every workspace, and a deploy without its edge would not wait.
 */
export const createDependencies: CreateDependencies<Partial<StackPluginOptions>> = async (
  options,
  { fileMap, projects, workspaceRoot },
) => {
  const { scope, stacks } = await resolveOptions(options, workspaceRoot);
  const stackProjects = Object.entries(projects).filter(([, { root }]) => dirname(root) === stacks);
  const projectOf = new Map(stackProjects.map(([project, { root }]) => [stackName(root), project]));
  return stackProjects.flatMap(([source, { root }]) =>
    (fileMap.projectFileMap[source] ?? [])
      .filter(({ file }) => isSource(root, file))
      .flatMap(({ file: sourceFile }) =>
        contractImports(readFileSync(join(workspaceRoot, sourceFile), 'utf8'), scope)
          .map((stack) => projectOf.get(stack))
          .filter((target) => target !== undefined && target !== source)
          .map((target) => ({ source, target: target as string, sourceFile, type: STATIC })),
      ),
  );
};

/** Whether a file is of a stack's sources, and no test of them. */
function isSource(root: string, file: string): boolean {
  return file.startsWith(`${root}/src/`) && file.endsWith('.ts') && !file.endsWith('.spec.ts');
}

/** @param namedInputs of nx.json: a new workspace has none but `default` */
function targetSettings(
  { environmentNames, defaultEnvironment }: ResolvedOptions,
  workspaceRoot: string,
  namedInputs: readonly string[],
): StackTargetSettings {
  const shared = {
    configurations: deployConfigurations(environmentNames, defaultEnvironment),
    defaultEnvironment,
    cdktf: cdktfPackagesOf(workspaceRoot),
    sources: namedInputs.includes('production') ? 'production' : 'default',
    sandbox: isDevelopedIn(workspaceRoot, 'aws-sandbox') ? [{ projects: ['aws-sandbox'], target: 'build' }] : [],
  };
  return isDevelopedIn(workspaceRoot, 'stack-plugin')
    ? {
        ...shared,
        executors: './tools/stack-plugin',
        tools: ['stackPlugin', { externalDependencies: ['esbuild', 'fflate', 'zod', 'typescript'] }],
      }
    : { ...shared, executors: name, tools: [{ externalDependencies: [name] }] };
}

/**
 * Before any task runs, refuses names that there are none of, and finds out which deploys and destroys were asked for.
 * Nx hands the variable on to the tasks.
 */
export const preTasksExecution: PreTasksExecution<Partial<StackPluginOptions>> = withoutStackTrace(
  async (options, { argv, workspaceRoot }) => {
    const [, nx = '', ...args] = argv;
    const { stacks, environments, environmentNames, defaultEnvironment, bootstrap } = await resolveOptions(
      options,
      workspaceRoot,
    );
    const alone = bootstrap === undefined ? [] : [stackName(bootstrap)];
    refuseUnknownTasks(args, await targetsByProject());
    refuseUnknownNames(args, {
      environments: environmentNames,
      configurations: Object.keys(deployConfigurations(environmentNames, defaultEnvironment)),
      deletedIn: (environment) => deletedIn(workspaceRoot, `${environments}/${environment}.ts`),
    });
    process.env[REQUESTED_TASKS_VARIABLE] = findRequestedTasks(
      args,
      askSameNx(nx, workspaceRoot),
      (stack) => alone.includes(stack) || existsSync(join(workspaceRoot, stacks, stack, 'src/main.ts')),
      alone,
    );
  },
);

/** Of the graph that Nx has just made and keeps. */
async function targetsByProject(): Promise<TargetsByProject> {
  const { readCachedProjectGraph } = await import('nx/src/project-graph/project-graph');
  const { nodes } = readCachedProjectGraph();
  return Object.fromEntries(Object.entries(nodes).map(([name, { data }]) => [name, Object.keys(data.targets ?? {})]));
}

/** Of a stack that names no owner as it should, none: the generator of owners says so. */
function ownerTags(source: string): string[] {
  const owner = ownerIn(source);
  return owner === undefined ? [] : [ownerTag(owner)];
}

function stackName(root: string): string {
  return root.split('/').at(-1) as string;
}

/** Nx shows the message of a plugin's error only with --verbose. */
async function sayingProblems<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    throw error;
  }
}
