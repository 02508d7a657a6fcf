import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { flushChanges, FsTree } from 'nx/src/generators/tree';

/** Files of a workspace with a folder of its own, which a test removes. */
export class TestWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), 'dr-generators-'));

  constructor(files: Readonly<Record<string, string>>) {
    const tree = this.tree();
    for (const [file, text] of Object.entries(files)) tree.write(file, text);
    flushChanges(this.root, tree.listChanges());
  }

  /** The files as Nx gives them to a generator. */
  tree(): Tree {
    return new FsTree(this.root, false);
  }

  /**
   * Runs a generator and writes what it changed, without its callback.
   *
   * @returns texts of the files that it wrote, by path
   */
  async run(generate: (tree: Tree) => Promise<unknown>): Promise<Readonly<Record<string, string>>> {
    const tree = this.tree();
    await generate(tree);
    const changes = tree.listChanges();
    flushChanges(this.root, changes);
    return Object.fromEntries(changes.map(({ path, content }) => [path, String(content)]));
  }
}
