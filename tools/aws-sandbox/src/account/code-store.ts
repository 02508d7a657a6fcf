import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PrivateFolder } from './private-folder';

/** Bytes that resources were made from (a function's zip), kept once each under the hash of their content. */
export class CodeStore {
  private readonly folder: PrivateFolder;

  constructor(home: string) {
    this.folder = new PrivateFolder(join(home, 'code'));
  }

  /** @returns the SHA-256 of the content, in base64 as Lambda shows it */
  add(content: Buffer): string {
    const hash = createHash('sha256').update(content).digest('base64');
    const file = this.fileOf(hash);
    if (!this.folder.has(file)) this.folder.replace(file, content);
    return hash;
  }

  read(hash: string): Buffer | undefined {
    const file = this.fileOf(hash);
    return this.folder.has(file) ? this.folder.read(file) : undefined;
  }

  clear(): void {
    this.folder.clear();
  }

  private fileOf(hash: string): string {
    return this.folder.fileOf(`${Buffer.from(hash, 'base64').toString('hex')}.zip`);
  }
}
