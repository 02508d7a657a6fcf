import { join } from 'node:path';

/** Folder of a stack's bundle and of its handlers' archives. */
export function buildFolderOf(workspaceRoot: string, projectRoot: string): string {
  return join(workspaceRoot, 'dist', projectRoot);
}

/** Folder of what is synthesized for an environment, a folder a stack. */
export function synthFolderOf(workspaceRoot: string, environment: string): string {
  return join(workspaceRoot, 'dist/synth', environment);
}

/** Folder that Terraform runs in for one state of an environment in an account; DR_DEPLOYMENTS moves all of them. */
export function workFolderOf(workspaceRoot: string, account: string, environment: string, state: string): string {
  return join(process.env['DR_DEPLOYMENTS'] ?? join(workspaceRoot, '.deployments'), account, environment, state);
}
