import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Artifact, ArtifactStore } from './artifact-store';

const DAY_MS = 24 * 3_600_000;

/** Artifacts as files of one folder. */
export class FolderStore implements ArtifactStore {
  private constructor(private readonly folder: string) {}

  /** @param keptDays what was not read for longer is deleted now */
  static async open(folder: string, keptDays: number): Promise<FolderStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      const file = join(folder, name);
      if (Date.now() - (await stat(file)).mtimeMs > keptDays * DAY_MS) await rm(file);
    }
    return new FolderStore(folder);
  }

  async read(hash: string): Promise<Artifact | undefined> {
    const file = await open(join(this.folder, hash)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (file === undefined) return undefined;
    const { size } = await file.stat();
    // Its time says when it was last of use.
    await utimes(join(this.folder, hash), new Date(), new Date());
    return { bytes: size, content: createReadStream('', { fd: file }) };
  }

  async add(hash: string, content: Readable): Promise<boolean> {
    const part = join(this.folder, `${hash}.${randomUUID()}`);
    try {
      await pipeline(content, createWriteStream(part, { mode: 0o600 }));
      // Not renamed, which would replace one.
      await link(part, join(this.folder, hash));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(part, { force: true });
    }
  }
}
