import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderDigest, readFolderFiles, STATE_MANIFEST_FILE, type StateManifest } from '@dr/state-manifest';
import type { AccountSettings } from '../accounts/terraform-account';
import { notSynthesized, synthesisChanged, synthesizedForAnother, UserError } from '../errors';
import { synthFolderOf } from './folders';
import type { RunState } from './run';

/** Terraform's JSON configuration of a state. */
export type TerraformJson = Readonly<Record<string, unknown>>;

/** Reads what was synthesized of one environment. */
export interface Synthesized {
  /** @throws UserError where the stack is not synthesized, or for another environment */
  readManifest(stack: string): Promise<StateManifest>;
  /** Read once: what is synthesized later in the same run changes nothing. */
  readTerraformJson(state: RunState): Promise<TerraformJson>;
  /**
   * Copies the state's folder as its manifest knows it.
   *
   * @throws UserError where it is being changed
   */
  copyFolder(state: RunState, target: string): Promise<void>;
}

/**
 * @param root absolute: the folder of the environment, with a folder a stack
 * @param restoredWithinMs how long Nx may take to restore what it removed
 */
export function synthesizedOf(
  workspaceRoot: string,
  environment: string,
  root = synthFolderOf(workspaceRoot, environment),
  restoredWithinMs = RESTORED_WITHIN_MS,
): Synthesized {
  const whileRestored = <Result>(read: () => Promise<Result>) => untilRestored(read, restoredWithinMs);
  const read = new Map<string, Promise<TerraformJson>>();
  const folderOf = ({ stack, entry }: RunState) => join(root, stack, entry.folder);
  return {
    async readManifest(stack) {
      const manifest = await whileRestored(() => readJson<StateManifest>(join(root, stack, STATE_MANIFEST_FILE))).catch(
        (error: unknown) => {
          throw isMissing(error) ? notSynthesized(stack, environment, join('dist/synth', environment, stack)) : error;
        },
      );
      if (manifest.environment !== environment) throw synthesizedForAnother(stack, environment, manifest.environment);
      return manifest;
    },
    readTerraformJson(state) {
      const file = join(folderOf(state), 'cdk.tf.json');
      const json = read.get(file) ?? whileRestored(() => readJson<TerraformJson>(file));
      read.set(file, json);
      return json;
    },
    async copyFolder(state, target) {
      const files = await whileRestored(async () => {
        const read = readFolderFiles(folderOf(state));
        if (folderDigest(read) !== state.entry.digest) throw synthesisChanged(state.stack, environment);
        return read;
      });
      for (const [path, content] of files) {
        await mkdir(dirname(join(target, path)), { recursive: true });
        await writeFile(join(target, path), content);
      }
    },
  };
}

/** Settings of the account, from the provider of a synthesized state. */
export function accountSettings(
  environment: string,
  { region }: RunState['entry'],
  { provider }: TerraformJson,
): AccountSettings {
  const { aws } = provider as { readonly aws: readonly { readonly allowed_account_ids: readonly string[] }[] };
  return { environment, region, accountId: aws[0]?.allowed_account_ids[0] ?? '' };
}

/** How long Nx may take on a busy machine to restore the folders of all stacks from its cache, and how often to look. */
const RESTORED_WITHIN_MS = 10_000;
const PAUSE_MS = 50;

/**
 * Reads files below `dist`, and again where one is missing, cut or of another synthesis: Nx removes and restores them
 * when another command finds them in its cache.
 */
async function untilRestored<Result>(read: () => Promise<Result>, withinMs: number): Promise<Result> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isCut = isMissing(error) || error instanceof SyntaxError || error instanceof UserError;
      if (!isCut || Date.now() > until) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function readJson<Content>(file: string): Promise<Content> {
  return JSON.parse(await readFile(file, 'utf8'));
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
