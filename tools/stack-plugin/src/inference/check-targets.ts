import type { TargetConfiguration } from '@nx/devkit';

/** The targets that every project has: its types, its style, its tests. */
export function checkTargets(projectName: string, projectRoot: string): Record<string, TargetConfiguration> {
  return {
    typecheck: {
      command: `tsc --project ${projectRoot}/tsconfig.json`,
      cache: true,
      inputs: ['default', '^default'],
      metadata: { description: 'Check types' },
    },
    lint: {
      command: `eslint --max-warnings=0 ${projectRoot}`,
      cache: true,
      inputs: ['default', '^production', '{workspaceRoot}/eslint.config.mjs'],
      metadata: { description: 'Check style and module boundaries' },
    },
    test: {
      command: `mkdir -p dist/test-results && jest --config jest.preset.js --rootDir ${projectRoot} --passWithNoTests --json --outputFile dist/test-results/${projectName}.json`,
      cache: true,
      inputs: ['default', '^default', '{workspaceRoot}/jest.preset.js'],
      outputs: [`{workspaceRoot}/dist/test-results/${projectName}.json`],
      metadata: { description: 'Run unit tests' },
    },
  };
}
