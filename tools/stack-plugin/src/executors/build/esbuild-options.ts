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
 * How a Lambda handler is bundled: minified, in memory, for the archive. The AWS SDK is in it, in the version that was
 * tested: the one in Lambda's runtime changes by itself. Packages are taken as ES modules, of which esbuild leaves out
 * what is not used: about half.
 */
export function handlerBuildOptions(workspaceRoot: string, entryPoint: string): BuildOptions {
  return {
    ...sharedOptions(workspaceRoot),
    entryPoints: [entryPoint],
    write: false,
    outfile: join(workspaceRoot, 'index.js'),
    target: 'node22',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: 'linked',
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
