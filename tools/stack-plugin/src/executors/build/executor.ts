import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { projectOf, reportingProblems } from '../executor-context';
import { appBuildOptions, handlerBuildOptions } from './esbuild-options';
import { createHandlerArchive } from './handler-archive';

/** Bundles `src/main.ts` and each of `src/handlers/*.ts`, the latter into archives for Lambda. */
export default function buildExecutor(_options: object, context: ExecutorContext): Promise<{ success: boolean }> {
  return reportingProblems(async () => {
    const { name, root } = projectOf(context);
    const { build } = await import('esbuild');
    const outputFolder = join(context.root, 'dist/apps', name);
    await rm(outputFolder, { recursive: true, force: true });
    await build(appBuildOptions(context.root, root, outputFolder));

    const handlersFolder = join(context.root, root, 'src/handlers');
    for (const handler of handlerNames(handlersFolder)) {
      const { outputFiles } = await build(handlerBuildOptions(context.root, join(handlersFolder, `${handler}.ts`)));
      const code = outputFiles?.[0]?.contents;
      if (!code)
        throw new Error(`${root}/src/handlers/${handler}.ts: the bundle is empty, expected code. Export a handler.`);
      await mkdir(join(outputFolder, 'handlers'), { recursive: true });
      await writeFile(join(outputFolder, 'handlers', `${handler}.zip`), createHandlerArchive(code));
    }
  });
}

function handlerNames(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}
