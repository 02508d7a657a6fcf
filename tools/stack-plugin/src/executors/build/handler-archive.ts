import { type ZippableFile, zipSync } from 'fflate';

/** The zip format has no earlier time; one for all keeps an archive the same on every machine and day. */
const FIXED_TIME = new Date('1980-01-01T00:00:00');

/** A Lambda archive of a bundle and its source map. The same code gives the same bytes. */
export function createHandlerArchive(code: Uint8Array, sourceMap: Uint8Array): Uint8Array {
  const asFile = (content: Uint8Array): ZippableFile => [content, { mtime: FIXED_TIME, os: 3, attrs: 0o100644 << 16 }];
  return zipSync({ 'index.js': asFile(code), 'index.js.map': asFile(sourceMap) }, { level: 9 });
}
