/**
 * Packs a publishable project: `node tools/pack/pack-package.mjs <project root>` writes `dist/packages/<project>/`, the
 * folder that npm publishes, and `dist/packages/<project>.tgz`.
 *
 * The project's package.json says what is in it. Each JavaScript file that it names is bundled from the source of the
 * same name in `src`, with its types. Libraries of the workspace are inside the bundle unless they are published too, so
 * that nobody installs packages of ten lines. All else that `files` names is copied, from the project or from
 * `dist/pack/<project>`, where a target of its own put it. Dependencies are what the bundles import, in the workspace's versions; peers are what package.json says.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, posix, relative } from 'node:path';
import { buildSync } from 'esbuild';
import ts from 'typescript';

const workspace = join(import.meta.dirname, '../..');
const readJson = (file) => JSON.parse(readFileSync(join(workspace, file), 'utf8'));
const exists = (file) => existsSync(join(workspace, file));

function fail(message) {
  console.error(message);
  process.exit(1);
}

const [root = ''] = process.argv.slice(2);
if (!exists(`${root}/package.json`) || root === '')
  fail(
    `${root || 'no project'}: no package.json, expected the root of a publishable project, such as tools/aws-sandbox.`,
  );
const manifest = readJson(`${root}/package.json`);
const outdir = join(workspace, 'dist/packages', basename(root));

/** Packages of the workspace that are published by themselves: name, then version. */
const published = new Map(
  ['libs', 'tools']
    .flatMap((folder) => readdirSync(join(workspace, folder)).map((project) => `${folder}/${project}/package.json`))
    .filter(exists)
    .map(readJson)
    .filter(({ private: isPrivate }) => isPrivate !== true)
    .map(({ name, version }) => [name, version]),
);

const stringsIn = (value) => (typeof value === 'object' ? Object.values(value).flatMap(stringsIn) : [value]);
/** Files that package.json names, relative to its folder. */
const named = ['main', 'bin', 'exports', 'files'].flatMap((key) => stringsIn(manifest[key] ?? []));
const files = [...new Set(named.map((file) => posix.normalize(file)))];
const sourceOf = (file) => `${root}/src/${file.replace(/\.js$/, '.ts')}`;
const bundles = files.filter((file) => file.endsWith('.js') && exists(sourceOf(file)));

/** @returns names of the packages that the bundles import */
function bundle() {
  const { metafile } = buildSync({
    absWorkingDir: workspace,
    entryPoints: bundles.map((file) => ({ in: sourceOf(file), out: file.slice(0, -'.js'.length) })),
    outdir,
    bundle: true,
    packages: 'external',
    external: [...published.keys()],
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    tsconfig: 'tsconfig.base.json',
    logLevel: 'warning',
    metafile: true,
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  const packages = imported
    .filter(({ path }) => !isBuiltin(path) && !path.startsWith('.'))
    .map(({ path }) =>
      path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return new Set(packages);
}

/**
 * Declarations of the bundled sources and of what they import, at `types/` and their place in the workspace.
 *
 * @returns names of the packages that they import
 */
function declareTypes() {
  const { config } = ts.readConfigFile(join(workspace, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, types: ['node'], noEmit: false, declaration: true, emitDeclarationOnly: true },
    workspace,
  );
  const sources = bundles.map((file) => join(workspace, sourceOf(file)));
  const program = ts.createProgram(sources, { ...options, rootDir: workspace, outDir: join(outdir, 'types') });
  const placeOf = (source) => relative(workspace, source).replace(/\.ts$/, '');
  const external = new Set();
  const declared = new Set();
  const declare = (source) => {
    if (declared.has(source)) return;
    declared.add(source);
    let text = '';
    const { diagnostics } = program.emit(program.getSourceFile(source), (_file, content) => (text = content));
    if (diagnostics.length > 0) fail(ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options)));
    for (const { fileName: specifier } of ts.preProcessFile(text).importedFiles) {
      const { resolvedModule } = ts.resolveModuleName(specifier, source, program.getCompilerOptions(), ts.sys);
      const isOwn = resolvedModule?.isExternalLibraryImport === false && !published.has(specifier);
      if (!isOwn) {
        external.add(specifier);
        continue;
      }
      const target = resolvedModule.resolvedFileName;
      declare(target);
      const path = posix.relative(posix.dirname(placeOf(source)), placeOf(target));
      for (const quote of [`'`, `"`])
        text = text.replaceAll(
          `${quote}${specifier}${quote}`,
          `${quote}${path.startsWith('.') ? '' : './'}${path}${quote}`,
        );
    }
    const file = join(outdir, 'types', `${placeOf(source)}.d.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  sources.forEach(declare);
  return external;
}

/** `./index.js`, whatever its place in `exports`, with the declarations beside it. */
function withTypes(value) {
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withTypes(inner)]));
  if (!bundles.includes(posix.normalize(value))) return value;
  return { types: `./types/${sourceOf(posix.normalize(value)).replace(/\.ts$/, '.d.ts')}`, default: value };
}

function dependenciesOn(packages) {
  const { dependencies, devDependencies } = readJson('package.json');
  const peers = { ...manifest.peerDependencies };
  const names = [...packages].filter((name) => name !== manifest.name && !Object.hasOwn(peers, name)).sort();
  return Object.fromEntries(
    names.map((name) => {
      const version = published.get(name) ?? dependencies[name] ?? devDependencies[name];
      if (version === undefined)
        fail(
          `${root}: imports ${name}, expected it in the workspace's package.json or in peerDependencies of its own.`,
        );
      return [name, version];
    }),
  );
}

function copy(file) {
  const from = [`${root}/${file}`, `dist/pack/${basename(root)}/${file}`, file].find(exists);
  if (from === undefined)
    fail(`${root}/package.json: names ${file}, which is neither a file of the project nor built.`);
  cpSync(join(workspace, from), join(outdir, file), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  });
}

rmSync(outdir, { recursive: true, force: true });
const packages = bundle();
declareTypes();
for (const file of ['README.md', 'LICENSE', ...files.filter((file) => !bundles.includes(file))]) copy(file);
for (const file of stringsIn(manifest.bin ?? [])) chmodSync(join(outdir, file), 0o755);
const { license, engines } = readJson('package.json');
const packed = {
  ...manifest,
  license,
  engines,
  ...(manifest.exports === undefined ? {} : { exports: withTypes(manifest.exports) }),
  files: [...new Set([...files, ...bundles, 'types'])],
  dependencies: dependenciesOn(packages),
};
writeFileSync(join(outdir, 'package.json'), `${JSON.stringify(packed, null, 2)}\n`);
const [{ filename, size, unpackedSize }] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', '..'], {
    cwd: outdir,
    encoding: 'utf8',
  }),
);
const tarball = `${outdir}.tgz`;
renameSync(join(dirname(outdir), filename), tarball);
const kB = (bytes) => `${Math.ceil(bytes / 1_000)} kB`;
console.log(
  `${relative(workspace, tarball)}: ${manifest.name} ${manifest.version}, ${kB(size)}, unpacked ${kB(unpackedSize)}`,
);
