import { type AwsEndpoint, IDENTITY_PATH } from '../endpoint/aws-endpoint';
import { SandboxError } from './errors';

/** @returns the port. @throws SandboxError that names whoever has it */
export async function listenOnPort(aws: AwsEndpoint, port: number): Promise<number> {
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
