import { lstat, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { damagedState, stateInTwoPlaces } from '../errors';

/** Name that Terraform's local backend is given: the state beside the configuration. */
export const STATE_FILE = 'terraform.tfstate';

/** Terraform's copy of a state as it was before the last run that wrote it [Terraform, backend/local]. */
const backupOf = (file: string): string => `${file}.backup`;

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
    const text = await readState(beside);
    if (text.trim() !== '' && parseState(text) === undefined) throw damagedState(beside);
    if (holdsResources(text)) {
      if (holdsResources(await readState(keptFile))) throw stateInTwoPlaces(beside, keptFile);
      await rename(beside, keptFile);
    } else {
      await rm(beside);
    }
  }
  const backup = backupOf(beside);
  if (await isFile(backup)) await rename(backup, backupOf(keptFile));
  await link(beside, keptFile);
  await link(backup, backupOf(keptFile));
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
  return state.trim() !== '' && managedResources(JSON.parse(state)) > 0;
}

/** A state of which only Terraform's backup is left. */
export interface LostState {
  readonly file: string;
  readonly backup: string;
  /** Text of the backup; empty where there is none. */
  readonly text: string;
  /** Managed resources that the backup holds: none where the state is cut, and there is no backup. */
  readonly resources: number;
  /** Whether the file holds no state at all, as Terraform leaves it when it is killed while it writes. */
  readonly isCut: boolean;
}

/** Times that a state that seems lost is read again, and the time before each, ms: another clone may be writing it. */
const REREADS = 5;
const REREAD_AFTER_MS = 100;

/**
 * A state that was lost: the account keeps nothing of it that can be read, while Terraform's backup holds
 * resources. Terraform empties the file before it writes it, so a process that is killed in between leaves none of it,
 * and one that goes on has written it a moment later.
 * A destroy leaves an empty state too, of the backup's lineage and newer than it: that one is taken for what it is.
 *
 * @param files places of the state, as of {@link readState}
 */
export async function lostState(...files: readonly (string | undefined)[]): Promise<LostState | undefined> {
  for (let left = REREADS; ; left--) {
    const lost = await lostNow(files);
    if (lost === undefined || left === 0) return lost;
    await setTimeout(REREAD_AFTER_MS);
  }
}

async function lostNow(files: readonly (string | undefined)[]): Promise<LostState | undefined> {
  const keptText = await readState(...files);
  const kept = parseState(keptText);
  if (kept !== undefined && managedResources(kept) > 0) return undefined;
  for (const file of files) {
    if (file === undefined) continue;
    const text = await readState(backupOf(file));
    const backup = parseState(text);
    const resources = backup === undefined ? 0 : managedResources(backup);
    if (backup === undefined || resources === 0) continue;
    if (kept !== undefined && kept.lineage === backup.lineage && kept.serial > backup.serial) continue;
    return { file, backup: backupOf(file), text, resources, isCut: kept === undefined };
  }
  const [file] = files.filter((each) => each !== undefined);
  if (kept !== undefined || keptText === '' || file === undefined) return undefined;
  return { file, backup: backupOf(file), text: '', resources: 0, isCut: true };
}

/** Puts the backup in the place of a state that was lost. */
export async function restoreState({ file, text }: LostState): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
}

/** Ids of the managed resources of a state, by address, and their ARNs. */
export function deployedIds(text: string): {
  readonly ids: ReadonlyMap<string, string>;
  readonly arns: ReadonlySet<string>;
} {
  const ids = new Map<string, string>();
  const arns = new Set<string>();
  for (const { mode, module, type, name, instances } of parseState(text)?.resources ?? []) {
    if (mode !== 'managed') continue;
    for (const { index_key: key, attributes } of instances) {
      const index = key === undefined ? '' : `[${JSON.stringify(key)}]`;
      ids.set(`${module === undefined ? '' : `${module}.`}${type}.${name}${index}`, attributes?.id ?? '');
      if (attributes?.arn) arns.add(attributes.arn);
    }
  }
  return { ids, arns };
}

/** State file, as far as it is read here [Terraform, state format 4]. */
interface State {
  readonly lineage: string;
  readonly serial: number;
  /** One without instances was begun, and is not there. */
  readonly resources?: readonly {
    readonly mode: string;
    readonly module?: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly index_key?: string | number;
      readonly attributes?: { readonly id?: string; readonly arn?: string };
    }[];
  }[];
}

/** @returns undefined for a text that is empty or cut */
function parseState(text: string): State | undefined {
  try {
    return JSON.parse(text) as State;
  } catch {
    return undefined;
  }
}

function managedResources({ resources = [] }: State): number {
  return resources.filter(({ mode, instances }) => mode === 'managed' && instances.length > 0).length;
}
