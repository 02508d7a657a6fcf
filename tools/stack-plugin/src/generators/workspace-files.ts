import { readNxJson, type Tree, visitNotIgnoredFiles } from '@nx/devkit';
import { type ResolvedOptions, resolveOptions } from '../plugin-options';

/** Options of the plugin as the workspace's nx.json states them. */
export function pluginOptionsOf(tree: Tree): Promise<ResolvedOptions> {
  const plugins = readNxJson(tree)?.plugins ?? [];
  // By its package, or by its file in the workspace of its sources.
  const own = plugins.find((each) => (typeof each === 'string' ? each : each.plugin).includes('stack-plugin'));
  return resolveOptions(typeof own === 'object' ? own.options : undefined, tree.root);
}

/** Names of the stacks, sorted: the folders with a composition root. */
export function stacksIn(tree: Tree, folder: string): readonly string[] {
  return tree
    .children(folder)
    .filter((name) => tree.exists(`${folder}/${name}/src/main.ts`))
    .sort();
}

export interface SourceFile {
  /** Relative to the workspace. */
  readonly file: string;
  readonly text: string;
}

/** A stack's own sources, its tests left out. */
export function sourcesOf(tree: Tree, stackFolder: string): readonly SourceFile[] {
  const files: string[] = [];
  visitNotIgnoredFiles(tree, `${stackFolder}/src`, (file) => void files.push(file));
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .sort()
    .map((file) => ({ file, text: textOf(tree, file) }));
}

export function textOf(tree: Tree, file: string): string {
  return tree.read(file, 'utf8') ?? '';
}
