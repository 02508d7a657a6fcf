import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

/** Libraries that stay outside a stack's bundle: CDKTF finds its assets and its version beside its own files. */
const APP_EXTERNALS = ['cdktf', 'constructs', '@cdktf/provider-aws'];

/** The AWS SDK is part of Lambda's Node.js runtime. */
const HANDLER_EXTERNALS = ['@aws-sdk/*', '@smithy/*'];

/** How a stack app is bundled: one file that node runs. */
export function appBuildOptions(workspaceRoot: string, projectRoot: string, outputFolder: string): BuildOptions {
  return {
    ...sharedOptions(workspaceRoot),
    entryPoints: [join(workspaceRoot, projectRoot, 'src/main.ts')],
    outfile: join(outputFolder, 'main.js'),
    target: 'node20',
    external: APP_EXTERNALS,
    sourcemap: 'linked',
  };
}

/** How a Lambda handler is bundled: minified, in memory, for the archive. */
export function handlerBuildOptions(workspaceRoot: string, entryPoint: string): BuildOptions {
  return {
    ...sharedOptions(workspaceRoot),
    entryPoints: [entryPoint],
    write: false,
    target: 'node22',
    external: HANDLER_EXTERNALS,
    minify: true,
  };
}

function sharedOptions(workspaceRoot: string): BuildOptions {
  return {
    absWorkingDir: workspaceRoot,
    tsconfig: join(workspaceRoot, 'tsconfig.base.json'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  };
}
