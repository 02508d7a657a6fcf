import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateDependencies, CreateNodes, PreTasksExecution, ProjectConfiguration } from '@nx/devkit';
import { readCachedProjectGraph } from '@nx/devkit';
import { UserError } from './errors';
import { checkTargets } from './inference/check-targets';
import { contractImports, readersByStack } from './inference/contract-imports';
import { deployConfigurations, ENVIRONMENTS_FOLDER, environmentsAmong } from './inference/deploy-configurations';
import { refuseMissingDependsOn } from './inference/depends-on-check';
import { stackTargets } from './inference/stack-targets';
import { nightlyTarget, suiteTargets } from './inference/suite-targets';
import { askSameNx, findRequestedTasks, REQUESTED_TASKS_VARIABLE } from './requested-tasks';
import { refuseUnknownNames } from './stack-options';
import { refuseUnknownTasks, type TargetsByProject } from './unknown-tasks';

export const name = '@dr/stack-plugin';

/**
 * A project is a folder of `apps`, `libs` or `tools` with a `tsconfig.json`; a stack is one of `apps` with a
 * `src/main.ts`. All sources of apps are watched, since the imports of contracts order the destroys, and all files of
 * end-to-end and nightly tests, since each makes a target, and the environments, since each makes a configuration.
 */
export const createNodes: CreateNodes = [
  `{apps/*/tsconfig.json,apps/*/src/**/*.ts,{libs,tools}/*/tsconfig.json,{libs,tools}/*/src/**/*.{e2e,nightly}.ts,${ENVIRONMENTS_FOLDER}/*.ts}`,
  (files, _options, { workspaceRoot }) => {
    const roots = files
      .filter((file) => file.endsWith('/tsconfig.json'))
      .map((file) => file.slice(0, -'/tsconfig.json'.length));
    const stackRoots = roots.filter((root) => isStackRoot(workspaceRoot, root));
    const importsByStack = new Map(
      stackRoots.map((root) => {
        const sources = files.filter((file) => file.startsWith(`${root}/src/`) && !file.endsWith('.spec.ts'));
        const imports = sources.flatMap((file) => contractImports(readFileSync(join(workspaceRoot, file), 'utf8')));
        return [projectName(root), new Set(imports)];
      }),
    );
    const readers = readersByStack(importsByStack);
    const configurations = deployConfigurations(environmentsAmong(files));

    return roots.map((root) => {
      const name = projectName(root);
      const stack = stackRoots.includes(root) ? stackTargets(name, readers.get(name) ?? [], configurations) : {};
      const own = files.filter((file) => file.startsWith(`${root}/src/`));
      const suites = own
        .filter((file) => file.endsWith('.e2e.ts'))
        .map((file) => ({
          file: file.slice(root.length + 1),
          source: readFileSync(join(workspaceRoot, file), 'utf8'),
        }));
      const nightly = own.some((file) => file.endsWith('.nightly.ts')) ? nightlyTarget(name, root) : {};
      const project: ProjectConfiguration = {
        name,
        root,
        sourceRoot: `${root}/src`,
        projectType: root.startsWith('apps/') ? 'application' : 'library',
        tags: [`type:${stackRoots.includes(root) ? 'stack' : root.startsWith('libs/') ? 'lib' : 'tool'}`],
        targets: { ...checkTargets(name, root), ...suiteTargets(root, suites), ...nightly, ...stack },
      };
      return [`${root}/tsconfig.json`, { projects: { [root]: project } }] as const;
    });
  },
];

/** Adds no edge: imports say them all. It is where every project's final targets can be checked. */
export const createDependencies: CreateDependencies = (_options, { projects }) => {
  try {
    refuseMissingDependsOn(projects);
  } catch (error) {
    // Nx shows the message of a plugin's error only with --verbose.
    process.stderr.write(`${(error as Error).message}\n`);
    throw error;
  }
  return [];
};

/**
 * Before any task runs, refuses names that there are none of, and finds out which deploys and destroys were asked for.
 * Nx hands the variable on to the tasks.
 */
export const preTasksExecution: PreTasksExecution = withoutStackTrace((_options, { argv, workspaceRoot }) => {
  const [, nx = '', ...args] = argv;
  refuseUnknownTasks(args, targetsByProject());
  const environments = environmentsIn(workspaceRoot);
  refuseUnknownNames(args, { environments, configurations: Object.keys(deployConfigurations(environments)) });
  process.env[REQUESTED_TASKS_VARIABLE] = findRequestedTasks(args, askSameNx(nx, workspaceRoot), (stack) =>
    isStackRoot(workspaceRoot, `apps/${stack}`),
  );
});

/** Nx says how to see the stack trace of whatever error has one. */
function withoutStackTrace(hook: PreTasksExecution): PreTasksExecution {
  return (options, context) => {
    try {
      return hook(options, context);
    } catch (error) {
      if (error instanceof UserError) error.stack = '';
      throw error;
    }
  };
}

/** Of the graph that Nx has just made and keeps. */
function targetsByProject(): TargetsByProject {
  const { nodes } = readCachedProjectGraph();
  return Object.fromEntries(Object.entries(nodes).map(([name, { data }]) => [name, Object.keys(data.targets ?? {})]));
}

function environmentsIn(workspaceRoot: string): readonly string[] {
  const folder = join(workspaceRoot, ENVIRONMENTS_FOLDER);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return environmentsAmong(files.map((file) => `${ENVIRONMENTS_FOLDER}/${file}`));
}

function isStackRoot(workspaceRoot: string, root: string): boolean {
  return root.startsWith('apps/') && existsSync(join(workspaceRoot, root, 'src/main.ts'));
}

function projectName(root: string): string {
  return root.split('/').at(-1) as string;
}
