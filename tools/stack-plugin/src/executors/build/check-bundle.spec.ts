import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors';
import { buildStack } from './build-stack';
import { checkBundle } from './check-bundle';

const PATH = 'apps/orders/src/handlers/entry.ts';
const map = new Uint8Array(1);

describe('a bundle of a handler', () => {
  it('is taken up to one mebibyte', () => {
    const code = new Uint8Array(1_048_576);

    expect(checkBundle(PATH, 'entry', code, map)).toEqual({ code, sourceMap: map });
  });

  it('is refused from there on, with its size', () => {
    expect(() => checkBundle(PATH, 'entry', new Uint8Array(1_048_577), map)).toThrow(
      new UserError(
        'apps/orders/src/handlers/entry.ts: handler entry is 1048577 bytes, expected at most 1048576. Import less: a cold start reads all of it.',
      ),
    );
  });

  it('is refused without code or without its source map', () => {
    const refusal = new UserError(
      'apps/orders/src/handlers/entry.ts: handler entry is empty, expected code. Export a handler.',
    );

    expect(() => checkBundle(PATH, 'entry', undefined, map)).toThrow(refusal);
    expect(() => checkBundle(PATH, 'entry', new Uint8Array(1), undefined)).toThrow(refusal);
  });
});

describe('a build', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'dr-build-'));
  afterAll(() => rmSync(workspace, { recursive: true }));

  it('fails where a handler takes in too much, and writes no archive of it', async () => {
    const source = join(workspace, 'apps/orders/src');
    mkdirSync(join(source, 'handlers'), { recursive: true });
    writeFileSync(join(workspace, 'tsconfig.base.json'), '{}');
    writeFileSync(join(source, 'main.ts'), 'console.log(1);\n');
    writeFileSync(join(source, 'handlers/entry.ts'), `export const handler = () => '${'x'.repeat(1_048_576)}';\n`);

    await expect(buildStack(workspace, { name: 'orders', root: 'apps/orders' })).rejects.toThrow(
      /^apps\/orders\/src\/handlers\/entry\.ts: handler entry is \d{7} bytes, expected at most 1048576\. Import less: a cold start reads all of it\.$/,
    );
    expect(existsSync(join(workspace, 'dist/apps/orders/handlers/entry.zip'))).toBe(false);
  });
});
