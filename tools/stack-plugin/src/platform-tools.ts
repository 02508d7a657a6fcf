import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a tool of the platform is developed in this workspace, and no package that was installed. */
export function isDevelopedIn(workspaceRoot: string, tool: 'stack-plugin' | 'aws-sandbox'): boolean {
  return existsSync(join(workspaceRoot, 'tools', tool, 'src/index.ts'));
}

/** The sandbox account's program. */
export interface SandboxProgram {
  /** The file that its build made; undefined where the package is installed, which knows its own. */
  readonly program: string | undefined;
  /** Command that ends the account's process. */
  readonly stopCommand: string;
}

export function sandboxProgram(workspaceRoot: string): SandboxProgram {
  return isDevelopedIn(workspaceRoot, 'aws-sandbox')
    ? {
        program: join(workspaceRoot, 'dist/tools/aws-sandbox/main.js'),
        stopCommand: 'npx --no-install stacks sandbox stop',
      }
    : { program: undefined, stopCommand: 'npx @dr/aws-sandbox stop' };
}
