import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateDependencies, CreateNodes, ProjectConfiguration } from '@nx/devkit';
import { checkTargets } from './check-targets';
import { refuseMissingDependsOn } from './depends-on-check';
import { nightlyTargets, suiteTargets } from './suite-targets';

export const name = '@dr/workspace-plugin';

/**
 * A project is a folder of `apps`, `libs` or `tools` with a `tsconfig.json`. All files of end-to-end and nightly tests
 * are watched, since each makes a target.
 */
export const createNodes: CreateNodes = [
  '{{apps,libs,tools}/*/tsconfig.json,{libs,tools}/*/src/**/*.{e2e,nightly}.ts}',
  (files, _options, { workspaceRoot }) =>
    files
      .filter((file) => file.endsWith('/tsconfig.json'))
      .map((tsconfig) => {
        const root = tsconfig.slice(0, -'/tsconfig.json'.length);
        const [folder, name = ''] = root.split('/');
        const own = files.filter((file) => file.startsWith(`${root}/src/`));
        const ending = (end: string) =>
          own
            .filter((file) => file.endsWith(end))
            .map((file) => ({
              file: file.slice(root.length + 1),
              source: readFileSync(join(workspaceRoot, file), 'utf8'),
            }));
        const project: ProjectConfiguration = {
          name,
          root,
          sourceRoot: `${root}/src`,
          projectType: folder === 'apps' ? 'application' : 'library',
          // What is in apps is a stack, and the stack plugin says so.
          tags: folder === 'apps' ? [] : [`type:${folder === 'libs' ? 'lib' : 'tool'}`],
          targets: {
            ...checkTargets(name, root),
            ...suiteTargets(root, ending('.e2e.ts')),
            ...nightlyTargets(name, root, ending('.nightly.ts')),
          },
        };
        return [tsconfig, { projects: { [root]: project } }] as const;
      }),
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
