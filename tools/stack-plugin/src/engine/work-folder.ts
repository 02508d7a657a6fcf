import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What stays in a work folder between runs; everything else is replaced by what was synthesized. */
const KEPT = new Set([
  '.terraform',
  '.terraform.lock.hcl',
  'terraform.tfstate',
  'terraform.tfstate.backup',
  '.terraform.tfstate.lock.info',
  'deploy.lock',
  'init.key',
]);

export const OVERRIDE_FILE = 'account_override.tf.json';

/**
 * Makes the folder that Terraform runs in: a copy of the synthesized state, so that a synthesis during a deploy changes
 * nothing under it, with what the account overrides.
 */
export async function prepareWorkFolder(
  workFolder: string,
  synthesizedFolder: string,
  override: object | undefined,
): Promise<void> {
  await mkdir(workFolder, { recursive: true });
  for (const entry of await readdir(workFolder)) {
    if (!KEPT.has(entry) && !entry.startsWith('deploy.lock.'))
      await rm(join(workFolder, entry), { recursive: true, force: true });
  }
  await cp(synthesizedFolder, workFolder, { recursive: true });
  if (override) await writeFile(join(workFolder, OVERRIDE_FILE), `${JSON.stringify(override, null, 2)}\n`);
}

/** Types that a synthesized state uses: resources, data sources and ephemeral resources, sorted. */
export function usedTypes(terraformJson: Readonly<Record<string, unknown>>): readonly string[] {
  const types = ['resource', 'data', 'ephemeral'].flatMap((kind) => Object.keys((terraformJson[kind] ?? {}) as object));
  return [...new Set(types)].sort();
}

export async function readTerraformJson(folder: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(join(folder, 'cdk.tf.json'), 'utf8'));
}
