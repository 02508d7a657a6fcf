import { lstat, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stateInTwoPlaces } from '../errors';

/** Name that Terraform's local backend is given: the state beside the configuration. */
export const STATE_FILE = 'terraform.tfstate';

const BACKUP_FILE = `${STATE_FILE}.backup`;

/** File of one state in the folder of an account that keeps its states: `<folder>/local/network-us-east-1.tfstate`. */
export function keptStateFile(statesFolder: string, environment: string, state: string): string {
  return join(statesFolder, environment, `${state}.tfstate`);
}

/**
 * Links a work folder's state, and Terraform's backup of it, to the file in which the account keeps it. A state that
 * lies in the work folder itself, where releases before this layout wrote it, is moved there first.
 *
 * Terraform writes a state in place, so it writes through the link, and its lock on the file holds between work
 * folders. A path in the backend's settings instead would make `terraform init` run once for each state.
 *
 * @throws UserError where the state holds resources in both places; nothing is moved then
 */
export async function linkState(workFolder: string, keptFile: string): Promise<void> {
  await mkdir(dirname(keptFile), { recursive: true, mode: 0o700 });
  // Terraform takes an empty file for no state, and leaves the mode of a file that is there as it is.
  await writeFile(keptFile, '', { flag: 'a', mode: 0o600 });
  const beside = join(workFolder, STATE_FILE);
  if (await isFile(beside)) {
    if (holdsResources(await readState(beside))) {
      if (holdsResources(await readState(keptFile))) throw stateInTwoPlaces(beside, keptFile);
      await rename(beside, keptFile);
    } else {
      await rm(beside);
    }
  }
  const backup = join(workFolder, BACKUP_FILE);
  if (await isFile(backup)) await rename(backup, `${keptFile}.backup`);
  await link(beside, keptFile);
  await link(backup, `${keptFile}.backup`);
}

async function isFile(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined))?.isFile() ?? false;
}

async function link(file: string, target: string): Promise<void> {
  await rm(file, { force: true });
  await symlink(target, file);
}

/**
 * The text of the state of a work folder: as the account keeps it, or beside the work folder while it was not moved yet.
 *
 * @returns empty text where there is none
 */
export async function readState(...files: readonly (string | undefined)[]): Promise<string> {
  for (const file of files) {
    const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return text;
  }
  return '';
}

/** Whether the text of a state names a resource that Terraform manages. */
export function holdsResources(state: string): boolean {
  if (state.trim() === '') return false;
  const { resources = [] } = JSON.parse(state) as { resources?: readonly { readonly mode: string }[] };
  return resources.some(({ mode }) => mode === 'managed');
}
