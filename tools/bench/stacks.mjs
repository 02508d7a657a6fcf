import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The stacks of a workspace: its apps with a composition root. */
export function stacksOf(workspace) {
  return readdirSync(join(workspace, 'apps')).filter((app) => existsSync(join(workspace, 'apps', app, 'src/main.ts')));
}
