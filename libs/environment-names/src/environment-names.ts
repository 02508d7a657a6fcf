import { existsSync, readdirSync } from 'node:fs';

/** The folder of environments: a file each. Relative to the workspace. */
export const ENVIRONMENTS_FOLDER = 'libs/environments/src/environments';

/** The environment of a command that names none: its account is the sandbox. */
export const DEFAULT_ENVIRONMENT = 'local';

/**
 * The environments among files, the default one first: `dev` for `libs/environments/src/environments/dev.ts`.
 *
 * @param files relative to whatever the folder is relative to
 */
export function environmentNamesAmong(
  files: readonly string[],
  folder = ENVIRONMENTS_FOLDER,
  defaultEnvironment = DEFAULT_ENVIRONMENT,
): readonly string[] {
  const rank = (name: string) => (name === defaultEnvironment ? 0 : 1);
  return files
    .filter((file) => file.startsWith(`${folder}/`) && file.endsWith('.ts'))
    .map((file) => file.slice(folder.length + 1, -'.ts'.length))
    .filter((name) => !name.includes('/'))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en'));
}

/** The environments of a folder, the default one first; none where there is no such folder. */
export function environmentNamesIn(folder: string, defaultEnvironment = DEFAULT_ENVIRONMENT): readonly string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return environmentNamesAmong(
    files.map((file) => `${folder}/${file}`),
    folder,
    defaultEnvironment,
  );
}
