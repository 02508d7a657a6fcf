import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  copyFile,
  cp,
  link,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { APPLY_LOG } from './apply-log';

/** Terraform's record of the providers that it chose. */
export const LOCK_FILE = '.terraform.lock.hcl';

/** Folder of the backend, providers and modules that `terraform init` made. */
const INIT_FOLDER = '.terraform';

/** Record of what `terraform init` read and left behind: see {@link recordInitialised}. */
const INIT_RECORD = 'init.key';

/** The state as Terraform leaves it in its work folder where it can save it nowhere else [Terraform, backend/local]. */
const UNSAVED_STATE_FILE = 'errored.tfstate';

/** Entries that stay in a work folder between runs; all others are replaced by what was synthesized. */
function isKept(entry: string): boolean {
  // Every state and lock of one: Terraform's own, its backups, and what an operator pulled. Of an apply that was killed
  // the log is the only record.
  return (
    [INIT_FOLDER, LOCK_FILE, INIT_RECORD, APPLY_LOG].includes(entry) || /^deploy\.lock|\.tfstate(\.|$)/.test(entry)
  );
}

export const OVERRIDE_FILE = 'account_override.tf.json';

/**
 * Makes the folder that Terraform runs in: a copy of the synthesized state, so that a synthesis during a deploy changes
 * nothing under it, with what the account overrides.
 */
export async function prepareWorkFolder(
  workFolder: string,
  copyFiles: ((folder: string) => Promise<void>) | undefined,
  override: object | undefined,
): Promise<void> {
  await mkdir(workFolder, { recursive: true });
  for (const entry of await readdir(workFolder)) {
    if (!isKept(entry)) await rm(join(workFolder, entry), { recursive: true, force: true });
  }
  await copyFiles?.(workFolder);
  if (override) await writeFile(join(workFolder, OVERRIDE_FILE), `${JSON.stringify(override, null, 2)}\n`);
}

/**
 * Records that `terraform init` succeeded in a work folder: what it read, and the files that it left there. What differs
 * from the record later is damaged, by whatever it was: a copy that ended half way, a cut lock file, a plugin cache that
 * was emptied, modules that are gone.
 *
 * @param key of all that `terraform init` read
 */
export async function recordInitialised(workFolder: string, key: string): Promise<void> {
  await writeFile(join(workFolder, INIT_RECORD), `${key} ${await initialisedFiles(workFolder)}`);
}

/** @param key @default whatever was read: only that nothing is damaged */
export async function isInitialised(workFolder: string, key?: string): Promise<boolean> {
  const [recordedKey, recordedFiles] = (await readFile(join(workFolder, INIT_RECORD), 'utf8').catch(() => '')).split(
    ' ',
  );
  if (recordedFiles === undefined || (key !== undefined && recordedKey !== key)) return false;
  return recordedFiles === (await initialisedFiles(workFolder).catch(() => undefined));
}

/**
 * Hashes names, sizes and times of all that `terraform init` made, so that a provider of many megabytes need not be read.
 *
 * @throws where a symbolic link, such as one into a plugin cache, leads nowhere
 */
async function initialisedFiles(workFolder: string): Promise<string> {
  const [folder, lockFile] = [join(workFolder, INIT_FOLDER), join(workFolder, LOCK_FILE)];
  const lines = existsSync(folder) ? await describeFiles(folder) : [];
  if (existsSync(lockFile)) lines.push(await describeFile(lockFile));
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex');
}

async function describeFiles(folder: string): Promise<string[]> {
  const lines = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const path = join(folder, name);
    const isFolder = (await stat(path)).isDirectory();
    lines.push(name, ...(isFolder ? ['(', ...(await describeFiles(path)), ')'] : [await describeFile(path)]));
  }
  return lines;
}

async function describeFile(file: string): Promise<string> {
  const { mtimeMs, size } = await stat(file);
  return `${size} ${mtimeMs}`;
}

/** Removes all that `terraform init` made, so that it begins anew: it does not repair what it finds damaged. */
export async function clearInitialised(workFolder: string): Promise<void> {
  for (const entry of [INIT_RECORD, INIT_FOLDER, LOCK_FILE]) {
    await rm(join(workFolder, entry), { recursive: true, force: true });
  }
}

/** Takes over what `terraform init` made in another work folder of the same settings. */
export async function copyInitialised(from: string, workFolder: string): Promise<void> {
  await takeOver(from, workFolder, await readdir(join(from, INIT_FOLDER)));
}

/** Takes over the installed providers and modules of another work folder, which has another backend. */
export async function copyInstalled(from: string, workFolder: string): Promise<void> {
  await takeOver(from, workFolder, ['providers', 'modules']);
}

/** Copies beside the work folder's own and renames, so that a process that dies leaves no half of a folder. */
async function takeOver(from: string, workFolder: string, entries: readonly string[]): Promise<void> {
  const beside = join(workFolder, `${INIT_FOLDER}.new`);
  await clearInitialised(workFolder);
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside);
  for (const entry of entries) {
    const source = join(from, INIT_FOLDER, entry);
    if (entry === 'providers' && existsSync(source)) await linkFolder(source, join(beside, entry));
    else if (existsSync(source)) await cp(source, join(beside, entry), { recursive: true, verbatimSymlinks: true });
  }
  if (existsSync(join(from, LOCK_FILE))) await copyFile(join(from, LOCK_FILE), join(workFolder, LOCK_FILE));
  await rename(beside, join(workFolder, INIT_FOLDER));
}

/** Providers are large, and nobody writes into one: the folders share their files, where the file system has links. */
async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
}

/** The file of a state that Terraform could not save in a run before, or undefined. */
export function unsavedStateIn(workFolder: string): string | undefined {
  const file = join(workFolder, UNSAVED_STATE_FILE);
  return existsSync(file) ? file : undefined;
}
