import { ENVIRONMENTS_FOLDER } from '@dr/environment-names';
import { didYouMean } from '@dr/nearest-name';

/** One setting that is not as it must be. */
export interface SettingProblem {
  /** `regions.standby.name` */
  readonly setting: string;
  readonly got: unknown;
  /** Completes "…, expected". */
  readonly expected: string;
}

/** All problems of an environment's settings at once. */
export class InvalidEnvironmentError extends Error {
  override readonly name = 'InvalidEnvironmentError';

  constructor(
    file: string,
    readonly problems: readonly SettingProblem[],
  ) {
    super(problems.map((problem) => `${file}: ${describeProblem(problem)}`).join('\n'));
  }
}

export class UnknownEnvironmentError extends Error {
  override readonly name = 'UnknownEnvironmentError';

  /** @param known environments that there are, or none where the workspace's sources are elsewhere */
  constructor(got: string, known: readonly string[]) {
    const expected = known.length > 0 ? `one of ${known.join(', ')}` : `one of ${ENVIRONMENTS_FOLDER}`;
    super(
      `--environment is ${got}, expected ${expected}. ${didYouMean(got, known)}` +
        `Name one of them, or add ${ENVIRONMENTS_FOLDER}/${got}.ts.`,
    );
  }
}

function describeProblem({ setting, got, expected }: SettingProblem): string {
  const value = got === undefined ? 'missing' : JSON.stringify(got);
  return `${setting} is ${value}, expected ${expected}. Correct it there and run again.`;
}
