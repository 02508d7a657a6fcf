import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type DeployedStack, readDeployedStack } from '@dr/deploy-roles';
import { STATE_MANIFEST_FILE } from '@dr/state-manifest';

/**
 * Reads the stacks that are synthesized for the same environment: roles are made of what they deploy.
 *
 * @param outdir folder of this synthesis, among those of the stacks
 */
export function readStacksBeside(outdir: string): readonly DeployedStack[] {
  const folder = dirname(outdir);
  return readdirSync(folder)
    .filter((stack) => stack !== basename(outdir) && existsSync(join(folder, stack, STATE_MANIFEST_FILE)))
    .sort()
    .map((stack) => readDeployedStack(join(folder, stack)));
}
