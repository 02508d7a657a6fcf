import { join } from 'node:path';
import type { Destination } from '../accounts/destination';
import type { TerraformAccount } from '../accounts/terraform-account';
import { terraformOf } from './fetch-terraform';
import { workFolderOf } from './folders';
import type { RunState } from './run';
import { keptStateFile } from './state-file';
import type { StateRunOptions } from './state-run';
import type { Synthesized } from './synthesized';
import { LOCK_FILE } from './work-folder';

/** Where states are opened, one by one and outside a run. */
export interface StateSurroundings {
  readonly account: TerraformAccount;
  readonly destination: Destination;
  readonly synthesized: Synthesized;
}

/** Makes the options by which a command opens the states of an environment, each as it is synthesized. */
export async function stateOptions(
  { account, destination, synthesized }: StateSurroundings,
  { workspaceRoot, say }: { readonly workspaceRoot: string; readonly say: (text: string) => void },
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
