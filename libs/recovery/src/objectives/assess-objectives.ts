import type { TierBudget, TierName } from './recovery-budget';

/** Objectives of an environment. */
export interface RecoveryObjectives {
  /** Clients are served again, and strongly consistent writes acknowledged, in less than this. */
  readonly entryRecoverySeconds: number;
  /** SQL writes are acknowledged again in less than this, a person's approval not counted. */
  readonly sqlRecoverySeconds: number;
  /** At most this much of the database and of eventually consistent tables is lost. */
  readonly dataLossMs: number;
}

interface Objective {
  readonly setting: string;
  readonly limit: number;
  /** How the limit reads: `less than 60 s`. */
  readonly expected: string;
  readonly isMet: (worst: number) => boolean;
}

/** The objective of a tier; none for what is reported but not promised. */
export function objectiveOf(tier: TierName, objectives: RecoveryObjectives): Objective | undefined {
  const { entryRecoverySeconds, sqlRecoverySeconds, dataLossMs } = objectives;
  switch (tier) {
    case 'entry':
    case 'strongly consistent writes':
      return {
        setting: 'objectives.entryRecoverySeconds',
        limit: entryRecoverySeconds,
        expected: `less than ${entryRecoverySeconds} s`,
        isMet: (worst) => worst < entryRecoverySeconds,
      };
    case 'SQL writes':
    case 'failing entry or writer':
      return {
        setting: 'objectives.sqlRecoverySeconds',
        limit: sqlRecoverySeconds,
        expected: `less than ${sqlRecoverySeconds} s`,
        isMet: (worst) => worst < sqlRecoverySeconds,
      };
    case 'database loss':
    case 'table loss':
      return {
        setting: 'objectives.dataLossMs',
        limit: dataLossMs,
        expected: `at most ${dataLossMs} ms`,
        isMet: (worst) => worst <= dataLossMs,
      };
    case 'SQL writes, approved':
    case 'database loss, unseen without a trail':
    case 'impaired entry':
    case 'database loss, unseen':
    case 'hand-back':
    case 'evacuation':
      return undefined;
  }
}

/**
 * Every objective that the worst case misses, with the term that costs most and the settings that it comes from.
 *
 * @param settingsFile where they are changed: `libs/environments/src/environments/prod.ts`
 */
export function assessObjectives(
  environment: string,
  settingsFile: string,
  budget: readonly TierBudget[],
  objectives: RecoveryObjectives,
): readonly string[] {
  return budget.flatMap(({ tier, unit, terms, worst }) => {
    const objective = objectiveOf(tier, objectives);
    if (objective === undefined || objective.isMet(worst)) return [];
    const [dearest] = [...terms]
      .filter(({ facts }) => facts.length > 0)
      .sort((left, right) => right.worst - left.worst);
    const from = (dearest?.facts ?? [])
      .map(({ setting, settingValue, value }) => `${setting} is ${settingValue ?? value}`)
      .join(', ');
    return [
      `${environment}: ${tier} is ${worst} ${unit} at worst, expected ${objective.expected} (${objective.setting}). ` +
        `The term ${dearest?.name ?? ''} takes ${dearest?.worst ?? 0} ${unit} of it: ${from}. Change ${settingsFile}.`,
    ];
  });
}
