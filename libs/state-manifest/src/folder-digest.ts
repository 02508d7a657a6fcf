import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Content of each file of a folder, by its path in it with forward slashes. */
export type FolderFiles = ReadonlyMap<string, Buffer>;

/** @throws where a file is gone between the listing and the read */
export function readFolderFiles(folder: string): FolderFiles {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [relative(folder, file).replaceAll(sep, '/'), readFileSync(file)];
    }),
  );
}

/** Hash of the names and contents of all files, whatever order they were listed in. */
export function folderDigest(files: FolderFiles): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
