import { type AwsEndpoint, IDENTITY_PATH } from '../endpoint/aws-endpoint';
import { SandboxError } from './errors';

/** Port of an account whose port nobody chose, if it is free. */
export const USUAL_PORT = 4577;

/**
 * @param port 0 for any free one; undefined for the usual one, or any free one where that is taken
 * @returns the port
 * @throws SandboxError that names whoever has a chosen port
 */
export async function listenOnPort(aws: AwsEndpoint, port: number | undefined): Promise<number> {
  if (port === undefined) return aws.listen(USUAL_PORT).catch(() => aws.listen(0));
  try {
    return await aws.listen(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw SandboxError.portTaken(port, await holderOf(port));
    if (code === 'EACCES') throw SandboxError.portForbidden(port);
    throw error;
  }
}

async function holderOf(port: number): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${IDENTITY_PATH}`, { signal: AbortSignal.timeout(1_000) });
    const { home, pid } = (await response.json()) as { home?: string; pid?: number };
    if (home !== undefined && pid !== undefined) return `the sandbox of ${home} (process ${pid})`;
  } catch {
    // The program that listens there is no sandbox.
  }
  return 'another program';
}
