import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { folderDigest, readFolderFiles, STATE_MANIFEST_FILE } from '@dr/state-manifest';
import type { RunState } from './run';
import { synthesizedOf } from './synthesized';

const workspace = mkdtempSync(join(tmpdir(), 'dr-synthesized-'));
afterAll(() => rmSync(workspace, { recursive: true }));

const STACK = join(workspace, 'dist/synth/local/data');
const FOLDER = join(STACK, 'stacks/data-us-east-1');
const ZIP = join(FOLDER, 'assets/handler/abc/archive.zip');
const synthesized = synthesizedOf(workspace, 'local', join(workspace, 'dist/synth/local'), 300);

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function synthesize(): RunState {
  rmSync(STACK, { recursive: true, force: true });
  write(join(FOLDER, 'cdk.tf.json'), '{}');
  write(ZIP, 'handler');
  const entry = {
    name: 'data-us-east-1',
    region: 'us-east-1',
    folder: 'stacks/data-us-east-1',
    digest: folderDigest(readFolderFiles(FOLDER)),
    publishes: [],
    reads: [],
  };
  write(join(STACK, STATE_MANIFEST_FILE), JSON.stringify({ stack: 'data', environment: 'local', states: [entry] }));
  return { stack: 'data', entry };
}

describe('the copy of a synthesized state', () => {
  const copied = join(workspace, 'work');

  it('is there once another command has restored what it removed', async () => {
    const state = synthesize();
    rmSync(ZIP);
    setTimeout(() => write(ZIP, 'hand'), 50);
    setTimeout(() => write(ZIP, 'handler'), 150);

    await synthesized.copyFolder(state, copied);

    expect(readFileSync(join(copied, 'assets/handler/abc/archive.zip'), 'utf8')).toBe('handler');
    expect(readFileSync(join(copied, 'cdk.tf.json'), 'utf8')).toBe('{}');
  });

  it.each([
    ['a file is missing', () => rmSync(ZIP)],
    ['a file is cut', () => write(ZIP, 'hand')],
    ['a file is of another synthesis', () => write(join(FOLDER, 'cdk.tf.json'), '{"resource":{}}')],
  ])('is refused where %s for good, and nothing is copied', async (_what, damage) => {
    const state = synthesize();
    damage();
    const target = join(workspace, 'untouched');

    await expect(synthesized.copyFolder(state, target)).rejects.toThrow(
      'data: files of dist/synth/local/data are not those that its states.json names, expected one synthesis. ' +
        'Another command may be writing them, or a hand changed them. Nothing was changed. ' +
        'Run: npx nx run data:synth --environment=local, then this command again.',
    );
    expect(() => readFolderFiles(target)).toThrow('ENOENT');
  });
});
