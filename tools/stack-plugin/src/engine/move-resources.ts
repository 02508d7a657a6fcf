import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addressTaken, heldByBoth, notInState, notMoved, savedMeanwhile } from '../errors';
import type { OpenState } from './state-run';

/** Resources to move from one state to another: by their address in the first, and in the second. */
export type Moves = ReadonlyMap<string, string>;

/** A state that is open, by its name. */
export interface NamedState {
  readonly name: string;
  readonly held: OpenState;
}

interface StateText {
  readonly serial: number;
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly module?: string;
    readonly instances: readonly { readonly index_key?: unknown; readonly attributes?: { readonly id?: unknown } }[];
  }[];
}

/**
 * Folder for both states while they are worked on, in clear: its owner's alone, and removed as a whole. Terraform keeps a
 * backup of each beside it, whatever it is told.
 */
const MOVING = 'moving';

/**
 * Moves resources between two states; nothing is made, changed or destroyed. The target is saved first: a command that dies
 * between both has left a resource in both, and moves it when it is run again. What was moved before is left as it is.
 *
 * @returns addresses in the target, sorted
 * @throws UserError where an address is in neither state, or is taken in the target by another resource, or where a state
 *   was saved by somebody else meanwhile
 */
export async function moveResources(
  binary: string,
  from: NamedState,
  to: NamedState,
  moves: Moves,
): Promise<readonly string[]> {
  const [source, target] = [await from.held.pullState(), await to.held.pullState()];
  const [idsOfSource, idsOfTarget] = [idsIn(source), idsIn(target)];
  // With another address it could be another resource.
  const isDone = ([address, as]: readonly [string, string]) => address === as && idsOfTarget.has(as);
  const left = [...moves].filter((move) => idsOfSource.has(move[0]) || !isDone(move));
  const missing = left.map(([address]) => address).filter((address) => !idsOfSource.has(address));
  if (missing.length > 0) throw notInState(from.name, missing, [...idsOfSource.keys()]);
  const isMoved = ([address, as]: readonly [string, string]) =>
    idsOfTarget.has(as) && idsOfTarget.get(as) === idsOfSource.get(address);
  const taken = left.filter(([, as]) => idsOfTarget.has(as)).filter((move) => !isMoved(move));
  if (taken.length > 0) {
    throw addressTaken(
      to.name,
      taken.map(([, as]) => as),
    );
  }

  const addresses = [...moves.values()].sort();
  if (left.length === 0) return addresses;

  const folder = join(from.held.workFolder, MOVING);
  const [fromFile, toFile] = [join(folder, 'from.tfstate'), join(folder, 'to.tfstate')];
  const terraform = (args: readonly string[]) =>
    promisify(execFile)(binary, ['state', ...args], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
  try {
    // It may be there from a command that was killed.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    await writeFile(fromFile, source);
    if (target.trim() !== '') await writeFile(toFile, target);
    for (const move of left) {
      const [address, as] = move;
      const args = isMoved(move)
        ? ['rm', `-state=${fromFile}`, '-backup=-', address]
        : ['mv', `-state=${fromFile}`, `-state-out=${toFile}`, '-backup=-', '-backup-out=-', address, as];
      await terraform(args).catch((error: Error & { readonly stderr?: string }) => {
        throw notMoved(address, reasonIn(error.stderr ?? error.message));
      });
    }
    if (!left.every(isMoved)) {
      await to.held.pushState(following(target, await readFile(toFile, 'utf8'))).catch((error: Error) => {
        throw savedMeanwhile(error.message);
      });
    }
    await from.held.pushState(following(source, await readFile(fromFile, 'utf8'))).catch((error: Error) => {
      throw heldByBoth(from.name, to.name, error.message);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return addresses;
}

/**
 * A state as the very next one after that which was read: Terraform refuses to save it over what somebody else has saved since,
 * which a serial that is higher would overwrite.
 */
function following(read: string, moved: string): string {
  if (read.trim() === '') return moved;
  // As text: a number of a resource may be larger than JavaScript keeps.
  return moved.replace(/"serial": \d+/, `"serial": ${(JSON.parse(read) as StateText).serial + 1}`);
}

/** Terraform's words without its frame: `Error: Invalid address. …`. */
function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^[│╷╵ ]+/, '').trim());
  return lines
    .slice(
      Math.max(
        0,
        lines.findIndex((line) => line.startsWith('Error')),
      ),
    )
    .filter(Boolean)
    .join(' ')
    .replace(/\.$/, '');
}

/** Id of each managed resource of a state, by its address; all attributes of one whose type has no id. */
function idsIn(state: string): ReadonlyMap<string, string> {
  const { resources = [] } = (state.trim() === '' ? {} : JSON.parse(state)) as StateText;
  return new Map(
    resources
      .filter(({ mode, instances }) => mode === 'managed' && instances.length > 0)
      .map(({ type, name, module: inModule, instances }) => [
        [...(inModule === undefined ? [] : [inModule]), type, name].join('.'),
        JSON.stringify(instances.map(({ index_key: key, attributes }) => [key, attributes?.id ?? attributes])),
      ]),
  );
}
