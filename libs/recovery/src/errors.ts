/** One value that is not as it must be. */
export interface ValueProblem {
  /** `fencing.permitLeaseMs` */
  readonly parameter: string;
  readonly got: unknown;
  /** Completes "…, expected". */
  readonly expected: string;
}

/** All problems of the recovery settings at once. */
export class InvalidRecoverySettingsError extends Error {
  override readonly name = 'InvalidRecoverySettingsError';

  constructor(
    path: string,
    readonly problems: readonly ValueProblem[],
  ) {
    super(describeProblems(path, problems, 'Correct it there and deploy again.'));
  }
}

/** All problems of a stored control record at once. No decision is made on such a record. */
export class InvalidControlRecordError extends Error {
  override readonly name = 'InvalidControlRecordError';

  constructor(
    path: string,
    readonly problems: readonly ValueProblem[],
  ) {
    super(describeProblems(path, problems, 'Restore the item from point-in-time recovery; nothing was decided on it.'));
  }
}

function describeProblems(path: string, problems: readonly ValueProblem[], nextStep: string): string {
  return problems
    .map(({ parameter, got, expected }) => {
      const value = got === undefined ? 'missing' : JSON.stringify(got);
      return `${path}: ${parameter} is ${value}, expected ${expected}. ${nextStep}`;
    })
    .join('\n');
}

/** The synthesized Terraform lacks something that a recovery stands on. */
export class UnreadableFactsError extends Error {
  override readonly name = 'UnreadableFactsError';

  constructor(environment: string, missing: readonly string[]) {
    super(
      missing
        .map(
          (what) => `${environment}: ${what} is missing, expected in the synthesized stacks. Synthesize all of them.`,
        )
        .join('\n'),
    );
  }
}
