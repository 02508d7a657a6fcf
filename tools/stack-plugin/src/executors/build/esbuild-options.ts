import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { CDKTF_PACKAGES } from '../../cdktf-packages';

/** How a stack app is bundled: one file that node runs. */
export function appBuildOptions(workspaceRoot: string, projectRoot: string, outputFolder: string): BuildOptions {
  return {
    ...sharedOptions(workspaceRoot),
    entryPoints: [join(workspaceRoot, projectRoot, 'src/main.ts')],
    outfile: join(outputFolder, 'main.js'),
    target: 'node20',
    external: CDKTF_PACKAGES,
    sourcemap: 'linked',
  };
}

/**
 * How Lambda handlers are bundled: minified, in memory, one bundle each, for the archives. The AWS SDK is in it, in the
 * version that was tested: the one in Lambda's runtime changes by itself. Packages are taken as ES modules, of which
 * esbuild leaves out what is not used: about half. What handlers share is parsed once.
 */
export function handlerBuildOptions(workspaceRoot: string, entryPoints: readonly string[]): BuildOptions {
  return {
    ...sharedOptions(workspaceRoot),
    entryPoints: [...entryPoints],
    entryNames: '[name]',
    write: false,
    outdir: workspaceRoot,
    target: 'node22',
    mainFields: ['module', 'main'],
    minify: true,
    // Each bundle is named index.js in its archive, and its map likewise.
    sourcemap: 'external',
    footer: { js: '//# sourceMappingURL=index.js.map' },
    sourcesContent: false,
  };
}

function sharedOptions(workspaceRoot: string): BuildOptions {
  return {
    absWorkingDir: workspaceRoot,
    tsconfig: join(workspaceRoot, 'tsconfig.base.json'),
    bundle: true,
    // Clones may share their node_modules by a link: source maps, and with them archives, name no other folder then.
    preserveSymlinks: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  };
}
