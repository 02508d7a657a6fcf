/**
 * What a person types for a command of the sandbox: `npx @dr/aws-sandbox stop` where the package is installed, a command of
 * `stacks` in the workspace that it is made in.
 */
export function commandLine(command: string): string {
  const isInstalled = __dirname.includes('/node_modules/@dr/aws-sandbox');
  return `${isInstalled ? 'npx @dr/aws-sandbox ' : 'npx --no-install stacks sandbox '}${command}`;
}
