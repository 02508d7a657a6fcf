import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildFolderOf } from '../../engine/folders';
import type { StackProject } from '../executor-context';
import { checkBundle } from './check-bundle';
import { appBuildOptions, handlerBuildOptions } from './esbuild-options';
import { createHandlerArchive } from './handler-archive';

/** Bundles `src/main.ts` and each of `src/handlers/*.ts`, the latter into archives for Lambda. */
export async function buildStack(workspaceRoot: string, { root }: StackProject): Promise<void> {
  const { build } = await import('esbuild');
  const outputFolder = buildFolderOf(workspaceRoot, root);
  await rm(outputFolder, { recursive: true, force: true });
  await Promise.all([
    build(appBuildOptions(workspaceRoot, root, outputFolder)),
    buildHandlers(workspaceRoot, root, outputFolder),
  ]);
}

async function buildHandlers(workspaceRoot: string, root: string, outputFolder: string): Promise<void> {
  const { build } = await import('esbuild');
  const folder = join(workspaceRoot, root, 'src/handlers');
  const handlers = handlerNames(folder);
  if (handlers.length === 0) return;
  const entryPoints = handlers.map((handler) => join(folder, `${handler}.ts`));
  const { outputFiles = [] } = await build(handlerBuildOptions(workspaceRoot, entryPoints));
  const output = (file: string) => outputFiles.find(({ path }) => basename(path) === file)?.contents;
  await mkdir(join(outputFolder, 'handlers'), { recursive: true });
  for (const handler of handlers) {
    const { code, sourceMap } = checkBundle(
      `${root}/src/handlers/${handler}.ts`,
      handler,
      output(`${handler}.js`),
      output(`${handler}.js.map`),
    );
    await writeFile(join(outputFolder, 'handlers', `${handler}.zip`), createHandlerArchive(code, sourceMap));
  }
}

function handlerNames(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}
