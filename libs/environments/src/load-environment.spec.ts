import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { ENVIRONMENTS_FOLDER, environmentNames, loadEnvironment } from './load-environment';

const WORKSPACE = join(__dirname, '../../..');
// Commands of the workspace run in its root.
const before = process.cwd();
beforeEach(() => process.chdir(WORKSPACE));
afterAll(() => process.chdir(before));

describe('loadEnvironment', () => {
  it('accepts the settings of every file in the folder', () => {
    expect(environmentNames()).toEqual(expect.arrayContaining(['local', 'dev', 'prod']));
    expect(environmentNames().map((name) => loadEnvironment(name).name)).toEqual(environmentNames());
  });

  it.each(['nowhere', 'constructor', '__proto__', 'toString', '../environment', ''])(
    'names the environments there are, of which "%s" is none',
    (name) => {
      expect(() => loadEnvironment(name)).toThrow(
        `--environment is ${name}, expected one of ${environmentNames().join(', ')}. ` +
          `Name one of them, or add libs/environments/src/environments/${name}.ts.`,
      );
    },
  );

  it('names their folder where the current one is no workspace', () => {
    process.chdir(tmpdir());

    expect(() => loadEnvironment('nowhere')).toThrow(
      '--environment is nowhere, expected one of libs/environments/src/environments. ' +
        'Name one of them, or add libs/environments/src/environments/nowhere.ts.',
    );
  });
});

describe('a file that is added to the folder', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'dr-environments-'));
  afterAll(() => rmSync(workspace, { recursive: true }));

  /** Loads an environment as a stack's bundle does, after adding its file: a copy of dev's under another name. */
  function load(file: string, name: string): string {
    cpSync(join(WORKSPACE, 'libs/environments/src'), join(workspace, 'libs/environments/src'), { recursive: true });
    const dev = readFileSync(join(WORKSPACE, ENVIRONMENTS_FOLDER, 'dev.ts'), 'utf8');
    const source = dev.replace('const dev:', `const ${file}:`).replace("name: 'dev'", `name: '${name}'`);
    writeFileSync(join(workspace, ENVIRONMENTS_FOLDER, `${file}.ts`), source);
    buildSync({
      entryPoints: [join(workspace, 'libs/environments/src/index.ts')],
      outfile: join(workspace, 'bundle.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      nodePaths: [join(WORKSPACE, 'node_modules')],
      alias: { '@dr/nearest-name': join(WORKSPACE, 'libs/nearest-name/src/index.ts') },
    });
    const program = `
      const { environmentNames, loadEnvironment } = require('./bundle.js');
      try {
        console.log(environmentNames().includes('${file}') + ' ' + loadEnvironment('${file}').name);
      } catch (error) {
        console.log(error.message);
      }`;
    return execFileSync(process.execPath, ['-e', program], { cwd: workspace, encoding: 'utf8' }).trim();
  }

  it('is an environment, in every bundle', () => {
    expect(load('second', 'second')).toBe('true second');
  });

  it('is refused under the name of another, over which it would be deployed', () => {
    expect(load('third', 'prod')).toBe(
      'libs/environments/src/environments/third.ts: name is "prod", expected third, as the file. Correct it there and run again.',
    );
  });
});
