import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface TerraformState {
  /** Relative to the folder searched. */
  readonly file: string;
  /** Managed resources in it. */
  readonly resources: number;
}

/** The states below a folder that hold resources. One that cannot be read counts: what it holds is not known. */
export function findTerraformStates(folder: string): readonly TerraformState[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.tfstate'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file: relative(folder, file), resources: countResources(file) }))
    .filter(({ resources }) => resources > 0)
    .sort((left, right) => (left.file < right.file ? -1 : 1));
}

function countResources(file: string): number {
  const content = readFileSync(file, 'utf8');
  if (content.trim() === '') return 0;
  try {
    const { resources = [] } = JSON.parse(content) as {
      readonly resources?: readonly { readonly mode: string; readonly instances: readonly unknown[] }[];
    };
    return resources.filter(({ mode }) => mode === 'managed').reduce((sum, { instances }) => sum + instances.length, 0);
  } catch {
    return 1;
  }
}
