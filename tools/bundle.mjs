/**
 * Bundles a program of the workspace into `dist/tools/<program>`, unless that is current: `node tools/bundle.mjs
 * <program>` for its target `build`, and the launcher at each start. The same sources give the same bytes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const workspace = fileURLToPath(new URL('..', import.meta.url));

/** Entry points in `src` of the programs that have others than `main`. */
const ENTRY_POINTS = {
  'aws-sandbox': ['main', 'index', 'services/ecs/tasks/run-task', 'services/lambda/run-function'],
  'platform-e2e': ['run-stacks'],
};

/** @returns absolute path of the first bundle of a program: the name of its folder in `tools` */
export async function bundle(program) {
  const folder = join(workspace, 'dist/tools', program);
  const entries = ENTRY_POINTS[program] ?? ['main'];
  const bundled = join(folder, `${entries[0]}.js`);
  // Beside the outputs, which are the same for sources that differ in a comment.
  const record = join(workspace, 'dist/bundles', `${program}.json`);
  if (isCurrent(record)) return bundled;

  // Only here: loading it takes longer than the check.
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    absWorkingDir: workspace,
    entryPoints: entries.map((entry) => ({ in: `tools/${program}/src/${entry}.ts`, out: entry })),
    outdir: folder,
    bundle: true,
    tsconfig: 'tsconfig.base.json',
    // Clones may share their node_modules by a link.
    preserveSymlinks: true,
    platform: 'node',
    // The first finds its own program beside itself; the others are large, and one command alone needs each.
    external: ['esbuild', 'elkjs/*', 'typescript', '@nx/devkit', 'nx/*'],
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  for (const { path, contents } of outputFiles) replace(path, contents);
  // Packages change with the lock file.
  const sources = [...Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules/')), ...SETTINGS];
  const outputs = outputFiles.map(({ path }) => relative(workspace, path));
  replace(record, JSON.stringify({ sources, outputs, hash: hashOf(sources, outputs) }));
  return bundled;
}

const SETTINGS = ['package-lock.json', 'tools/bundle.mjs'];

/** Whether a bundle is of the sources as they are: Nx may have put another one there, from its cache. */
function isCurrent(record) {
  try {
    const { sources, outputs, hash } = JSON.parse(readFileSync(record, 'utf8'));
    return hash === hashOf(sources, outputs);
  } catch {
    return false;
  }
}

/** Of the files, and of the names beside sources: an import may choose among them. */
function hashOf(sources, outputs) {
  const hash = createHash('sha256');
  for (const file of [...sources, ...outputs]) hash.update(`${file}\n`).update(readFileSync(join(workspace, file)));
  const folders = new Set(sources.map((file) => dirname(file)).filter((folder) => folder !== '.'));
  for (const folder of folders) hash.update(readdirSync(join(workspace, folder)).join('\n'));
  return hash.digest('hex');
}

/** Other processes may read or write it at the same time. */
function replace(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await bundle(process.argv[2]);
}
