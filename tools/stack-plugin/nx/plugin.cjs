/**
 * What Nx loads: the plugin's TypeScript as one file, bundled anew whenever one of its sources has changed. Nx's own
 * way, transpiling each source in each of its processes, takes longer at every start than a cached synthesis.
 */
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const workspace = join(__dirname, '../../..');
// Clones may share their node_modules.
const clone = createHash('sha256').update(workspace).digest('hex').slice(0, 12);
const folder = join(workspace, 'node_modules/.cache/stack-plugin', clone);
const bundle = join(folder, 'plugin.cjs');
const sourcesFile = join(folder, 'sources.json');

/** Size and time of change of every file that the bundle is made of. */
const fingerprint = (files) =>
  files.map((file) => {
    const { size, mtimeMs } = statSync(join(workspace, file));
    return `${file} ${size} ${mtimeMs}`;
  });

function isCurrent() {
  try {
    const { sources } = JSON.parse(readFileSync(sourcesFile, 'utf8'));
    const current = fingerprint(sources.map((source) => source.split(' ')[0]));
    return current.every((source, index) => source === sources[index]) && statSync(bundle).isFile();
  } catch {
    return false;
  }
}

function compile() {
  const { metafile, outputFiles } = require('esbuild').buildSync({
    absWorkingDir: workspace,
    entryPoints: ['tools/stack-plugin/src/index.ts'],
    outfile: bundle,
    bundle: true,
    packages: 'external',
    tsconfig: 'tsconfig.base.json',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  mkdirSync(folder, { recursive: true });
  replace(bundle, outputFiles[0].contents);
  replace(sourcesFile, JSON.stringify({ sources: fingerprint(Object.keys(metafile.inputs)) }));
}

/** Other processes of Nx may read or write it at the same time. */
function replace(file, content) {
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

// A published package has no sources: it was bundled when it was packed.
const isPublished = !existsSync(join(__dirname, '../src/index.ts'));
if (!isPublished && !isCurrent()) compile();

module.exports = require(isPublished ? '../index.js' : bundle);
