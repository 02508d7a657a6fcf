import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { inventoryOf, inventoryText } from '@dr/state-manifest';
import { synthFolderOf } from '../engine/folders';
import { buildStack } from '../executors/build/build-stack';
import { synthesizeBundle } from '../executors/synth/synthesize-bundle';

/** Committed list of a stack's Terraform addresses, which a workspace may keep of its stacks. */
export const INVENTORY_FILE = 'inventory.json';

/**
 * Writes the inventories of stacks anew, from what they synthesize to in every environment.
 *
 * @param stackFolders relative to the workspace
 * @throws UserError when a stack is not synthesized; what is wrong was said by its bundle
 */
export async function writeInventories(
  workspaceRoot: string,
  stackFolders: readonly string[],
  environments: readonly string[],
): Promise<void> {
  for (const root of stackFolders) {
    const stack = { name: root.split('/').at(-1) as string, root };
    await buildStack(workspaceRoot, stack);
    await Promise.all(environments.map((environment) => synthesizeBundle(workspaceRoot, stack, { environment })));
    const folders = environments.map(
      (environment) => [environment, join(synthFolderOf(workspaceRoot, environment), stack.name)] as const,
    );
    const file = `${root}/${INVENTORY_FILE}`;
    const path = join(workspaceRoot, file);
    const there = existsSync(path) ? await readFile(path, 'utf8') : undefined;
    const text = inventoryText(inventoryOf(new Map(folders)));
    if (text === there) continue;
    await writeFile(path, text);
    logger.info(`${there === undefined ? 'CREATE' : 'UPDATE'} ${file}`);
  }
}
