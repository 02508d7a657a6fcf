import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes that resources were made from (a function's zip), kept once each under the hash of their content. */
export class CodeStore {
  private readonly folder: string;

  constructor(home: string) {
    this.folder = join(home, 'code');
  }

  /** @returns the SHA-256 of the content, in base64 as Lambda shows it */
  add(content: Buffer): string {
    const hash = createHash('sha256').update(content).digest('base64');
    const file = this.fileOf(hash);
    if (!existsSync(file)) {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(`${file}.tmp`, content);
      renameSync(`${file}.tmp`, file);
    }
    return hash;
  }

  read(hash: string): Buffer | undefined {
    const file = this.fileOf(hash);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private fileOf(hash: string): string {
    return join(this.folder, `${Buffer.from(hash, 'base64').toString('hex')}.zip`);
  }
}
