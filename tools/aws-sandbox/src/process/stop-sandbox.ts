import { lockHolder } from '../account/account-lock';
import { askSandbox } from './control-client';
import { SandboxError } from './errors';
import { SandboxHome } from './sandbox-home';

const STOP_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 20;

/**
 * Ends the sandbox of a folder and waits until the folder is free.
 *
 * @returns its process, or undefined where none ran
 * @throws SandboxError where it has not ended within 10 s
 */
export async function stopSandbox(path: string): Promise<number | undefined> {
  const home = new SandboxHome(path);
  const pid = lockHolder(home.folder);
  if (pid === undefined) return undefined;
  const answer = await askSandbox(home.controlSocket, 'stop', undefined).catch(() => undefined);
  if (answer === undefined) process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + STOP_TIMEOUT_MS; Date.now() < deadline;) {
    if (lockHolder(home.folder) !== pid) return pid;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  throw SandboxError.notAnswering(home.folder, pid);
}
