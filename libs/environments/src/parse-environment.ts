import { type Environment, environmentSchema } from './environment';
import { InvalidEnvironmentError, type SettingProblem } from './errors';
import { SETTING_RULES } from './setting-rules';

/**
 * Validates settings: each by its schema, then the rules between them, whatever the schema said.
 *
 * @param file where a person corrects them; every message begins with it
 * @throws InvalidEnvironmentError with all problems
 */
export function parseEnvironment(file: string, settings: unknown): Environment {
  const result = environmentSchema.safeParse(settings);
  const problems = [
    ...(result.error?.issues ?? []).flatMap((issue): SettingProblem[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => problemAt(settings, [...issue.path, key], 'no such setting'))
        : [problemAt(settings, issue.path, issue.message)],
    ),
    ...SETTING_RULES.flatMap((rule) => rule((path) => valueAt(settings, path.split('.')))),
  ];
  if (!result.success || problems.length > 0) throw new InvalidEnvironmentError(file, problems);
  return result.data;
}

function problemAt(settings: unknown, path: readonly PropertyKey[], expected: string): SettingProblem {
  return { setting: path.join('.'), got: valueAt(settings, path), expected };
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
}
