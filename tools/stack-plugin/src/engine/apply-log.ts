import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTerraformLine, type ResourceEvent } from './terraform-events';

/** Log of the last apply in a work folder. It is the only record of what an apply that was killed has made. */
export const APPLY_LOG = 'apply.log';

/** Apply that was killed, as its log shows it. */
export interface UnendedApply {
  /** When its last line was written, ISO 8601. */
  readonly at: string;
  /** Id of each created resource, by address. */
  readonly created: ReadonlyMap<string, ResourceEvent & { readonly id: string }>;
  /** Creations that began and are not known to have succeeded, by address. */
  readonly pending: ReadonlyMap<string, ResourceEvent>;
  /** Ids that were destroyed, by address; a replacement destroys and creates. */
  readonly destroyed: ReadonlyMap<string, string | undefined>;
  /** Whether it had begun to change anything. */
  readonly hasBegun: boolean;
}

/**
 * Reads what the last apply in a work folder has left.
 *
 * @returns undefined where there was none, or where it ended: Terraform saves the state, and then prints a summary or why
 * it failed [hashicorp/terraform, backend/local opApply]
 */
export async function unendedApplyIn(workFolder: string): Promise<UnendedApply | undefined> {
  const file = join(workFolder, APPLY_LOG);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const log = text === undefined ? undefined : parseApplyLog(text);
  return log === undefined ? undefined : { ...log, at: (await stat(file)).mtime.toISOString() };
}

/** Forgets the last apply: what it left is in the state. */
export async function settleApply(workFolder: string): Promise<void> {
  await rm(join(workFolder, APPLY_LOG), { force: true });
}

/** @returns undefined for the log of an apply that ended */
export function parseApplyLog(text: string): Omit<UnendedApply, 'at'> | undefined {
  const created = new Map<string, ResourceEvent & { readonly id: string }>();
  const pending = new Map<string, ResourceEvent>();
  const destroyed = new Map<string, string | undefined>();
  /** Ids of what is being destroyed: the line of its end has none. */
  const ids = new Map<string, string | undefined>();
  let hasBegun = false;
  let hasEnded = false;
  for (const line of text.split('\n')) {
    const event = line.trim() === '' ? undefined : parseTerraformLine(line);
    if (event?.kind === 'counts') hasEnded ||= event.operation !== 'plan';
    if (event?.kind === 'diagnostic') hasEnded ||= event.diagnostic.severity === 'error';
    if (event?.kind !== 'begun' && event?.kind !== 'done' && event?.kind !== 'failed') continue;
    [hasBegun, hasEnded] = [true, false];
    const { kind, address, action, id } = event;
    if (action === 'create') {
      // One that failed may be there in part.
      if (kind !== 'done' || id === undefined) pending.set(address, event);
      else if (pending.delete(address)) created.set(address, { ...event, id });
    }
    if (action === 'delete') {
      if (kind === 'begun') ids.set(address, id);
      if (kind === 'done') destroyed.set(address, ids.get(address));
    }
  }
  return hasEnded ? undefined : { created, pending, destroyed, hasBegun };
}
