import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const WORKSPACE = resolve(__dirname, '../../..');
const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'dr-launch-')));
const bundle = join(workspace, 'dist/tools/hello-cli/main.js');

function write(file: string, text: string): void {
  mkdirSync(dirname(join(workspace, file)), { recursive: true });
  writeFileSync(join(workspace, file), text);
}

/** Runs the program in a folder of the workspace, as npx does: by a link. */
function hello(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [join(workspace, 'node_modules/.bin/hello'), ...args], {
    cwd: join(workspace, 'apps'),
    env: { ...process.env, FORCE_COLOR: '0' },
    encoding: 'utf8',
  });
  return stdout + stderr;
}

beforeAll(() => {
  for (const file of ['tools/launch.mjs', 'tools/bundle.mjs']) cpSync(join(WORKSPACE, file), join(workspace, file));
  const entries = ['main', 'index', 'services/ecs/tasks/run-task', 'services/lambda/run-function'];
  for (const entry of entries) write(`tools/aws-sandbox/src/${entry}.ts`, '');
  write('package-lock.json', '{}');
  write('tsconfig.base.json', '{}');
  write('apps/README.md', '');
  write('tools/hello-cli/bin.mjs', "import { launch } from '../launch.mjs';\n\nlaunch('hello-cli');\n");
  write('tools/hello-cli/src/greeting.ts', "export const greeting: string = 'hello';\n");
  write(
    'tools/hello-cli/src/main.ts',
    "import { greeting } from './greeting';\n\nconsole.log(greeting, process.argv.slice(2), process.cwd(), process.env['INIT_CWD']);\n",
  );
  mkdirSync(join(workspace, 'node_modules/.bin'), { recursive: true });
  for (const name of ['esbuild', '@esbuild']) {
    symlinkSync(join(WORKSPACE, 'node_modules', name), join(workspace, 'node_modules', name));
  }
  symlinkSync('../../tools/hello-cli/bin.mjs', join(workspace, 'node_modules/.bin/hello'));
});
afterAll(() => rmSync(workspace, { recursive: true }));

describe('the launcher of a program', () => {
  it('runs it from its sources, in the workspace, whatever folder the user is in', () => {
    expect(hello('--loud')).toBe(`hello [ '--loud' ] ${workspace} ${join(workspace, 'apps')}\n`);
  });

  it('bundles it anew when a source has changed, and not before', () => {
    // A copy of the workspace has other times.
    utimesSync(bundle, new Date(0), new Date(0));
    hello();
    const untouched = statSync(bundle).mtimeMs;
    write('tools/hello-cli/src/greeting.ts', "export const greeting: string = 'good morning';\n");

    expect(hello()).toMatch(/^good morning /);
    expect(untouched).toBe(0);
  });

  it('bundles it anew when its bundle was replaced, as by Nx from its cache', () => {
    writeFileSync(bundle, "console.log('of other sources');\n");

    expect(hello()).toMatch(/^good morning /);
  });
});
