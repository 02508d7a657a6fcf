import type { TargetConfiguration } from '@nx/devkit';
import { commandHelp } from './command-help';
import { jestCommand, resultsFile } from './jest-command';

/** A file of end-to-end tests. */
export interface Suite {
  /** Relative to the project: `src/recovery-drill.e2e.ts`. */
  readonly file: string;
  readonly source: string;
}

const SUITE_FILE = /([^/]+)\.(?:e2e|nightly)\.ts$/;
const TIMEOUT_MS = 300_000;

const nameOf = (file: string) => SUITE_FILE.exec(file)?.[1] ?? file;

/** The target that runs a suite: `e2e-recovery-drill`. */
export const suiteTarget = (file: string) => `e2e-${nameOf(file)}`;

/** The target that runs a file of nightly tests: `nightly-settings`. */
const nightlyTarget = (file: string) => `nightly-${nameOf(file)}`;

/**
 * The targets of a project's end-to-end tests: one for each suite, and `e2e`, which runs them all.
 *
 * A suite is made of its file and of what no other suite is, and tests what was built and synthesized: a change that
 * leaves these outputs as they are finds the result in the cache. Which tasks it needs is said by the project, as
 * `dependsOn` of the target.
 */
export function suiteTargets(projectRoot: string, suites: readonly Suite[]): Record<string, TargetConfiguration> {
  if (suites.length === 0) return {};
  const targets = suites.map(({ file, source }): [string, TargetConfiguration] => {
    const name = suiteTarget(file);
    return [
      name,
      {
        command: jestCommand(projectRoot, name, `--testMatch '<rootDir>/${file}'`, `--testTimeout ${TIMEOUT_MS}`),
        cache: true,
        inputs: [
          '{projectRoot}/**/*',
          '!{projectRoot}/src/**/*.e2e.ts',
          '!{projectRoot}/src/**/*.spec.ts',
          `{workspaceRoot}/${projectRoot}/${file}`,
          'sharedGlobals',
          '{workspaceRoot}/jest.preset.js',
          '{workspaceRoot}/package-lock.json',
          'stackPlugin',
          { dependentTasksOutputFiles: 'dist/{synth,synthesized,tools}/**/*', transitive: true },
          { dependentTasksOutputFiles: 'dist/apps/*/handlers/**/*', transitive: true },
          { runtime: 'terraform version' },
          { env: 'CI' },
        ],
        outputs: [resultsFile(name)],
        metadata: jestHelp(firstSentence(source) ?? `Run ${file}`),
      },
    ];
  });
  return {
    ...Object.fromEntries(targets),
    e2e: {
      executor: 'nx:noop',
      dependsOn: targets.map(([name]) => name),
      metadata: commandHelp('Run all end-to-end tests', 'npx nx run-many --help', ['--skip-nx-cache']),
    },
  };
}

/**
 * The targets of a project's tests that take minutes of work, and that `npm test` leaves out: one for each file, so that
 * several machines can share a night, and `nightly`, which runs them all.
 *
 * A file is made of itself and of the named input `nightly`, which a project may say anew. Which tasks all of them need is
 * said by the project, as `dependsOn` of `before-nightly`.
 */
export function nightlyTargets(
  projectName: string,
  projectRoot: string,
  suites: readonly Suite[],
): Record<string, TargetConfiguration> {
  if (suites.length === 0) return {};
  const targets = suites.map(({ file, source }): [string, TargetConfiguration] => {
    const name = nightlyTarget(file);
    const results = `${projectName}-${name}`;
    return [
      name,
      {
        command: jestCommand(projectRoot, results, `--testMatch '<rootDir>/${file}'`, '--testTimeout 1800000'),
        cache: true,
        dependsOn: ['before-nightly'],
        inputs: ['nightly', '!{projectRoot}/src/**/*.nightly.ts', `{workspaceRoot}/${projectRoot}/${file}`],
        outputs: [resultsFile(results)],
        metadata: jestHelp(firstSentence(source) ?? `Run ${file}`),
      },
    ];
  });
  return {
    ...Object.fromEntries(targets),
    'before-nightly': {
      executor: 'nx:noop',
      metadata: commandHelp('Make what the nightly tests need', 'npx nx run-many --help', ['--skip-nx-cache']),
    },
    nightly: {
      executor: 'nx:noop',
      dependsOn: targets.map(([name]) => name),
      metadata: commandHelp('Run the tests that take minutes', 'npx nx run-many --help', ['--skip-nx-cache']),
    },
  };
}

/** Help of a target that runs Jest: one test of a suite is run by its name. */
const jestHelp = (description: string) => commandHelp(description, 'npx jest --help', ['--testNamePattern=empty']);

/** The first sentence of the comment that a file begins with. */
function firstSentence(source: string): string | undefined {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1];
  const text = comment
    ?.replace(/^\s*\* ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text === undefined ? undefined : /^.*?\.(?= |$)/.exec(text)?.[0].slice(0, -1);
}
