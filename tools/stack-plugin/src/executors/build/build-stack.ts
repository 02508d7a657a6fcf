import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  const handlersFolder = join(workspaceRoot, root, 'src/handlers');
  await Promise.all([
    build(appBuildOptions(workspaceRoot, root, outputFolder)),
    ...handlerNames(handlersFolder).map(async (handler) => {
      const { outputFiles } = await build(handlerBuildOptions(workspaceRoot, join(handlersFolder, `${handler}.ts`)));
      const output = (ending: string) => outputFiles?.find(({ path }) => path.endsWith(ending))?.contents;
      const { code, sourceMap } = checkBundle(
        `${root}/src/handlers/${handler}.ts`,
        handler,
        output('.js'),
        output('.js.map'),
      );
      await mkdir(join(outputFolder, 'handlers'), { recursive: true });
      await writeFile(join(outputFolder, 'handlers', `${handler}.zip`), createHandlerArchive(code, sourceMap));
    }),
  ]);
}

function handlerNames(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}
