import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The sandbox account's program. */
export interface SandboxProgram {
  /** File that Node.js runs. */
  readonly file: string;
  /** What a person types to end the account's process. */
  readonly stopCommand: string;
}

/** Whether a tool of the platform is developed in this workspace, and no package that was installed. */
export function isDevelopedIn(workspaceRoot: string, tool: 'stack-plugin' | 'aws-sandbox'): boolean {
  return existsSync(join(workspaceRoot, 'tools', tool, 'src/index.ts'));
}

/** What runs the sandbox account: as it was built from this workspace, else the package that this one depends on. */
export function sandboxProgram(workspaceRoot: string): SandboxProgram {
  if (isDevelopedIn(workspaceRoot, 'aws-sandbox')) {
    return {
      file: join(workspaceRoot, 'dist/tools/aws-sandbox/main.js'),
      stopCommand: 'npx nx run aws-sandbox:stop',
    };
  }
  const manifest = createRequire(__filename).resolve('@dr/aws-sandbox/package.json');
  return { file: join(dirname(manifest), 'main.js'), stopCommand: 'npx --no-install aws-sandbox stop' };
}
