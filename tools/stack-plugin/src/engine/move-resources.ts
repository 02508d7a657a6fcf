import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addressTaken, notInState, notMoved } from '../errors';
import type { OpenState } from './state-run';

/** Resources to move from one state to another: by their address in the first, and in the second. */
export type Moves = ReadonlyMap<string, string>;

/** A state that is open, by its name. */
export interface NamedState {
  readonly name: string;
  readonly held: OpenState;
}

interface StateText {
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly module?: string;
    readonly instances: readonly { readonly attributes?: { readonly id?: unknown } }[];
  }[];
}

const FROM = 'move-from.tfstate';
const TO = 'move-to.tfstate';

/**
 * Moves resources between two states; nothing is made, changed or destroyed. The target is saved first: a command that dies
 * between both has left a resource in both, and moves it when it is run again.
 *
 * @returns addresses in the target, sorted
 * @throws UserError where an address is not in the source, or is taken in the target by another resource
 */
export async function moveResources(
  binary: string,
  from: NamedState,
  to: NamedState,
  moves: Moves,
): Promise<readonly string[]> {
  const [source, target] = [await from.held.pullState(), await to.held.pullState()];
  const [idsOfSource, idsOfTarget] = [idsIn(source), idsIn(target)];
  const missing = [...moves.keys()].filter((address) => !idsOfSource.has(address));
  if (missing.length > 0) throw notInState(from.name, missing, [...idsOfSource.keys()]);
  const isMoved = ([address, as]: readonly [string, string]) =>
    idsOfTarget.has(as) && idsOfTarget.get(as) === idsOfSource.get(address);
  const taken = [...moves].filter(([, as]) => idsOfTarget.has(as)).filter((move) => !isMoved(move));
  if (taken.length > 0) {
    throw addressTaken(
      to.name,
      taken.map(([, as]) => as),
    );
  }

  const { workFolder } = from.held;
  const [fromFile, toFile] = [join(workFolder, FROM), join(workFolder, TO)];
  const terraform = (args: readonly string[]) =>
    promisify(execFile)(binary, ['state', ...args], { cwd: workFolder, env: { ...process.env, NO_COLOR: '1' } });
  try {
    await writeFile(fromFile, source, { mode: 0o600 });
    if (target.trim() !== '') await writeFile(toFile, target, { mode: 0o600 });
    for (const move of moves) {
      const [address, as] = move;
      const args = isMoved(move)
        ? ['rm', `-state=${fromFile}`, '-backup=-', address]
        : ['mv', `-state=${fromFile}`, `-state-out=${toFile}`, '-backup=-', '-backup-out=-', address, as];
      await terraform(args).catch((error: Error & { readonly stderr?: string }) => {
        throw notMoved(address, reasonIn(error.stderr ?? error.message));
      });
    }
    await to.held.pushState(await readFile(toFile, 'utf8'));
    await from.held.pushState(await readFile(fromFile, 'utf8'));
  } finally {
    for (const file of [fromFile, toFile]) await rm(file, { force: true });
  }
  return [...moves.values()].sort();
}

/** Terraform's words without its frame: `Error: Invalid address. …`. */
function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^[│╷╵ ]+/, '').trim());
  return lines
    .slice(lines.findIndex((line) => line.startsWith('Error:')))
    .filter(Boolean)
    .join(' ')
    .replace(/\.$/, '');
}

/** Id of each managed resource of a state, by its address. */
function idsIn(state: string): ReadonlyMap<string, string> {
  const { resources = [] } = (state.trim() === '' ? {} : JSON.parse(state)) as StateText;
  return new Map(
    resources
      .filter(({ mode, instances }) => mode === 'managed' && instances.length > 0)
      .map(({ type, name, module: inModule, instances }) => [
        [...(inModule === undefined ? [] : [inModule]), type, name].join('.'),
        JSON.stringify(instances.map(({ attributes }) => attributes?.id)),
      ]),
  );
}
