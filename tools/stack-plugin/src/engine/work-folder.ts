import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Terraform's record of the providers that it chose. */
const LOCK_FILE = '.terraform.lock.hcl';

/** The state as Terraform leaves it in its work folder where it can save it nowhere else [Terraform, backend/local]. */
const UNSAVED_STATE_FILE = 'errored.tfstate';

/** Entries that stay in a work folder between runs; all others are replaced by what was synthesized. */
function isKept(entry: string): boolean {
  // Every state and lock of one: Terraform's own, its backups, and what an operator pulled.
  return ['.terraform', LOCK_FILE, 'init.key'].includes(entry) || /^deploy\.lock|\.tfstate(\.|$)/.test(entry);
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

/** Takes over what `terraform init` made in another work folder of the same settings. */
export async function copyInitialised(from: string, workFolder: string): Promise<void> {
  await rm(join(workFolder, '.terraform'), { recursive: true, force: true });
  await cp(join(from, '.terraform'), join(workFolder, '.terraform'), { recursive: true, verbatimSymlinks: true });
  const lockFile = join(from, LOCK_FILE);
  if (existsSync(lockFile)) await copyFile(lockFile, join(workFolder, LOCK_FILE));
}

/** The file of a state that Terraform could not save in a run before, or undefined. */
export function unsavedStateIn(workFolder: string): string | undefined {
  const file = join(workFolder, UNSAVED_STATE_FILE);
  return existsSync(file) ? file : undefined;
}
