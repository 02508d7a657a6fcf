/**
 * Loads an Nx plugin of this workspace: its TypeScript as one file, bundled anew whenever one of its sources has
 * changed. Nx's own way, transpiling each source in each of its processes, takes longer at every start than a cached
 * synthesis.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const workspace = join(__dirname, '..');
// Clones may share their node_modules.
const clone = createHash('sha256').update(workspace).digest('hex').slice(0, 12);

/** Size and time of change of every file that the bundle is made of. */
const fingerprint = (files) =>
  files.map((file) => {
    const { size, mtimeMs } = statSync(join(workspace, file));
    return `${file} ${size} ${mtimeMs}`;
  });

function isCurrent(bundle, sourcesFile) {
  try {
    const { sources } = JSON.parse(readFileSync(sourcesFile, 'utf8'));
    const current = fingerprint(sources.map((source) => source.split(' ')[0]));
    return current.every((source, index) => source === sources[index]) && statSync(bundle).isFile();
  } catch {
    return false;
  }
}

function compile(entryPoint, bundle, sourcesFile) {
  const { metafile, outputFiles } = require('esbuild').buildSync({
    absWorkingDir: workspace,
    entryPoints: [entryPoint],
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
  replace(bundle, outputFiles[0].contents);
  replace(sourcesFile, JSON.stringify({ sources: fingerprint(Object.keys(metafile.inputs)) }));
}

/** Other processes of Nx may read or write it at the same time. */
function replace(file, content) {
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

/** @param project name of a folder of `tools` with a `src/index.ts` */
module.exports = function loadPlugin(project) {
  const folder = join(workspace, 'node_modules/.cache', project, clone);
  const [bundle, sourcesFile] = [join(folder, 'plugin.cjs'), join(folder, 'sources.json')];
  if (!isCurrent(bundle, sourcesFile)) {
    mkdirSync(folder, { recursive: true });
    compile(`tools/${project}/src/index.ts`, bundle, sourcesFile);
  }
  return require(bundle);
};
