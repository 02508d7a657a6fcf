/**
 * Command line of a sandbox command, for messages: `npx @dr/aws-sandbox stop` where the package is installed, `npx
 * --no-install stacks sandbox stop` in this workspace.
 */
export function commandLine(command: string): string {
  const isInstalled = __dirname.includes('/node_modules/@dr/aws-sandbox');
  return `${isInstalled ? 'npx @dr/aws-sandbox ' : 'npx --no-install stacks sandbox '}${command}`;
}
