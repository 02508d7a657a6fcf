import { join } from 'node:path';
import type { CommandContext } from '@dr/command-line';
import { terraformOf } from '../engine/fetch-terraform';
import { workFolderOf } from '../engine/folders';
import type { RunState } from '../engine/run';
import { keptStateFile } from '../engine/state-file';
import type { StateRunOptions } from '../engine/state-run';
import { LOCK_FILE } from '../engine/work-folder';
import type { OpenEnvironment } from './open-environment';

/** Makes the options by which a command opens the states of an environment, each as it is synthesized. */
export async function stateOptions(
  { account, destination, synthesized }: OpenEnvironment,
  { workspaceRoot, say }: CommandContext,
): Promise<(state: RunState, commandLine: string) => Promise<StateRunOptions>> {
  const { command: binary } = await terraformOf(workspaceRoot);
  const initialised = new Map<string, Promise<string>>();
  return async (state, commandLine) => ({
    entry: state.entry,
    terraformJson: await synthesized.readTerraformJson(state),
    copyFiles: (folder) => synthesized.copyFolder(state, folder),
    workFolder: workFolderOf(workspaceRoot, destination.account, destination.environment, state.entry.name),
    stateFile: account.statesFolder && keptStateFile(account.statesFolder, destination.environment, state.entry.name),
    binary,
    account,
    commandLine,
    destination,
    interrupt: new AbortController().signal,
    initialised,
    lockFile: join(workspaceRoot, LOCK_FILE),
    onProgress: () => undefined,
    onWarning: say,
  });
}
