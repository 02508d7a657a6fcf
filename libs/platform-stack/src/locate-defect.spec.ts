import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describeFailure } from './locate-defect';

const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'dr-defect-')));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** Error that a bundle of these sources throws, bundled as a stack app is. */
function thrownBy(name: string, sources: Readonly<Record<string, string>>): Error {
  for (const [file, text] of Object.entries(sources)) {
    mkdirSync(join(workspace, file, '..'), { recursive: true });
    writeFileSync(join(workspace, file), text);
  }
  const outfile = join(workspace, `dist/apps/${name}/main.js`);
  buildSync({
    absWorkingDir: workspace,
    entryPoints: [join(workspace, `apps/${name}/src/main.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    sourcemap: 'linked',
  });
  // In a process of its own: Jest maps the stacks of what it loads itself.
  const program = `try { require(${JSON.stringify(outfile)}) } catch ({ message, stack }) { console.log(JSON.stringify({ message, stack })) }`;
  const thrown = JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })) as Error;
  return Object.assign(new TypeError(thrown.message), { stack: thrown.stack ?? '' });
}

describe('the failure of a stack app', () => {
  it('that is a defect of its code says where it is, though a library found it', () => {
    const error = thrownBy('orders', {
      'libs/names/src/index.ts': 'export const lengthOf = (limit: { max: number }) =>\n  limit.max;\n',
      'apps/orders/src/main.ts':
        "import { lengthOf } from '../../../libs/names/src/index';\n\nconst LIMITS: any = {};\nlengthOf(LIMITS.queue);\n",
    });

    expect(describeFailure('orders', error)).toBe(
      "orders: Cannot read properties of undefined (reading 'max') at apps/orders/src/main.ts:4:1. " +
        'The code of the stack has a defect. See: npx nx typecheck orders',
    );
  });

  it('that was written for whoever reads it is told as it is', () => {
    expect(describeFailure('orders', new Error('orders: name is x, expected y.'))).toBe(
      'orders: name is x, expected y.',
    );
  });

  it('without a source map is told without a place', () => {
    const error = new TypeError('x is not a function');
    error.stack = 'TypeError: x is not a function\n    at handler (/nowhere/main.js:1:1)';

    expect(describeFailure('orders', error)).toBe(
      'orders: x is not a function. The code of the stack has a defect. See: npx nx typecheck orders',
    );
  });
});
