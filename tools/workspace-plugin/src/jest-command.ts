const RESULTS_FOLDER = 'dist/test-results';

/** Output of a target that runs tests: Jest's results, which `npm test` counts. */
export function resultsFile(name: string): string {
  return `{workspaceRoot}/${RESULTS_FOLDER}/${name}.json`;
}

/** Runs Jest over a project, with the workspace's one configuration. */
export function jestCommand(projectRoot: string, resultsName: string, ...options: readonly string[]): string {
  return [
    `mkdir -p ${RESULTS_FOLDER} && jest --config jest.preset.js --rootDir ${projectRoot}`,
    ...options,
    `--json --outputFile ${RESULTS_FOLDER}/${resultsName}.json`,
  ].join(' ');
}
