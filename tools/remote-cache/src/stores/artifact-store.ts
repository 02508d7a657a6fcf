import type { Readable } from 'node:stream';

export interface Artifact {
  readonly bytes: number;
  readonly content: Readable;
}

/** Where artifacts are kept, by hash. */
export interface ArtifactStore {
  /** @returns undefined where there is none */
  read(hash: string): Promise<Artifact | undefined>;
  /**
   * Keeps an artifact that has arrived whole, and nothing of one that has not.
   *
   * @returns false where there is one of this hash, which stays as it is
   */
  add(hash: string, content: Readable, bytes: number): Promise<boolean>;
}
