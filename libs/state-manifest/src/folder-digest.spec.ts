import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderDigest, readFolderFiles } from './folder-digest';

const files = (contents: Readonly<Record<string, string>>) =>
  new Map(Object.entries(contents).map(([path, content]) => [path, Buffer.from(content)]));

describe('folderDigest', () => {
  it('is the same for the same files in another order', () => {
    expect(folderDigest(files({ a: '1', b: '2' }))).toBe(folderDigest(files({ b: '2', a: '1' })));
  });

  it.each([
    ['a file is missing', { a: '1' }],
    ['a file is cut', { a: '1', b: '' }],
    ['a file has another name', { a: '1', c: '2' }],
    ['what one file ends with begins the next', { a: '1b', '': '2' }],
  ])('is another where %s', (_what, contents) => {
    expect(folderDigest(files(contents))).not.toBe(folderDigest(files({ a: '1', b: '2' })));
  });
});

it('reads the files of a folder and of those in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dr-digest-'));
  try {
    mkdirSync(join(folder, 'assets/empty'), { recursive: true });
    writeFileSync(join(folder, 'cdk.tf.json'), '{}');
    writeFileSync(join(folder, 'assets/handler.zip'), 'zip');

    const read = Object.fromEntries([...readFolderFiles(folder)].map(([path, content]) => [path, `${content}`]));

    expect(read).toEqual({ 'cdk.tf.json': '{}', 'assets/handler.zip': 'zip' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
