import type { TargetConfiguration } from '@nx/devkit';
import { commandHelp } from './command-help';
import { jestCommand, resultsFile } from './jest-command';

/** The native compiler: the same checks as `tsc` in a fraction of its time. By its path, since two packages offer `tsc`. */
const TYPE_CHECKER = 'node node_modules/typescript-native/bin/tsc';

/** The targets that every project has: its types, its style, its unit tests. */
export function checkTargets(projectName: string, projectRoot: string): Record<string, TargetConfiguration> {
  return {
    typecheck: {
      command: `${TYPE_CHECKER} --project ${projectRoot}/tsconfig.json`,
      cache: true,
      inputs: ['default', '^default', { externalDependencies: ['typescript-native'] }],
      metadata: commandHelp('Check types', `${TYPE_CHECKER} --help`, ['--noErrorTruncation']),
    },
    lint: {
      command: `eslint --max-warnings=0 ${projectRoot}`,
      cache: true,
      inputs: ['default', '^production', '{workspaceRoot}/{eslint.config.mjs,module-boundaries.json}'],
      metadata: commandHelp('Check style and module boundaries', 'npx eslint --help', ['--fix']),
    },
    test: {
      command: jestCommand(projectRoot, projectName, '--passWithNoTests'),
      cache: true,
      inputs: ['default', '^default', '{workspaceRoot}/jest.preset.js'],
      outputs: [resultsFile(projectName)],
      metadata: commandHelp('Run unit tests', 'npx jest --help', ['--testPathPatterns=contract']),
    },
  };
}
