/**
 * Searches the world for a counterexample in a process of its own, with a fault in the code or without.
 *
 *     node search.mjs '{"seeds":[1,1000],"fault":{"file":"…","from":"…","to":"…"}}'
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const WORKSPACE = join(HERE, '../../../..');

/** A source with a fault in it. @throws when the text that it replaces is not there exactly once */
function withFault(source, { file, from, to }) {
  const found = source.split(from).length - 1;
  if (found !== 1) throw new Error(`${file}: "${from}" is there ${found} times, expected once. Say what it is now.`);
  return source.replace(from, () => to);
}

export async function search({ fault, ...request }, name = 'world') {
  const folder = join(WORKSPACE, 'dist/recovery-world');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}-${process.pid}.cjs`);
  let isPatched = false;
  const patch = {
    name: 'fault',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (relative(WORKSPACE, path) !== fault.file) return undefined;
        isPatched = true;
        return { contents: withFault(readFileSync(path, 'utf8'), fault), loader: 'ts' };
      });
    },
  };
  await build({
    entryPoints: [join(HERE, 'search-main.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    external: ['@aws-sdk/*'],
    tsconfig: join(WORKSPACE, 'tsconfig.base.json'),
    logLevel: 'error',
    plugins: fault === undefined ? [] : [patch],
  });
  if (fault !== undefined && !isPatched) throw new Error(`${fault.file}: not in the bundle, expected there.`);
  const { stdout } = await promisify(execFile)(process.execPath, [outfile, JSON.stringify(request)], {
    maxBuffer: 100_000_000,
  });
  return JSON.parse(stdout);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(JSON.stringify(await search(JSON.parse(process.argv[2] ?? '{}'))));
}
