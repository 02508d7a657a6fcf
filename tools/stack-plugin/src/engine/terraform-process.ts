import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { startDetached } from '@dr/detached-process';

export interface TerraformCommand {
  readonly binary: string;
  readonly args: readonly string[];
  readonly workFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Name of the log in the work folder: `apply.log`. */
  readonly logName: string;
}

export interface TerraformWatcher {
  started?(pid: number): void | Promise<void>;
  /** One line of what Terraform prints. */
  line?(line: string): void;
}

const FOLLOW_INTERVAL_MS = 40;

/** Percent by which the heap grows between collections [Go, runtime]: a short run has the memory, and not the time. */
const GARBAGE_COLLECTION = '400';

/**
 * Runs Terraform in a work folder and follows what it prints.
 *
 * Terraform is detached and writes into a file: an interrupt in the terminal, or the end of the task that runs it,
 * reaches it only through `interrupt`, once. If this process dies, Terraform goes on, finishes, and saves its state.
 *
 * @param interrupt aborted: Terraform is asked to stop after what it is making. By SIGTERM, which means the same to it
 * as SIGINT [hashicorp/terraform, makeShutdownCh]; a detached process ignores SIGINT
 * @returns Terraform's exit status; 127 where there is no such binary
 */
export async function runTerraform(
  { binary, args, workFolder, environment, logName }: TerraformCommand,
  watcher: TerraformWatcher,
  interrupt: AbortSignal,
): Promise<number> {
  const logFile = join(workFolder, logName);
  const terraform = await startDetached({
    command: binary,
    args,
    folder: workFolder,
    logFile,
    environment: {
      GOGC: GARBAGE_COLLECTION,
      ...process.env,
      ...environment,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    },
  });
  const onInterrupt = () => endGracefully(terraform.pid);
  interrupt.addEventListener('abort', onInterrupt, { once: true });
  if (interrupt.aborted) onInterrupt();
  try {
    await watcher.started?.(terraform.pid);
    return await followLog(logFile, terraform.exited, (line) => watcher.line?.(line));
  } finally {
    interrupt.removeEventListener('abort', onInterrupt);
  }
}

function endGracefully(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

async function followLog(file: string, exited: Promise<number>, onLine: (line: string) => void): Promise<number> {
  let ended = false;
  void exited.then(
    () => (ended = true),
    () => (ended = true),
  );
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(64 * 1024);
    let rest = '';
    const decoder = new TextDecoder();
    for (;;) {
      const wasEnded = ended;
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead > 0) {
        const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.trim() !== '') onLine(line);
      } else if (wasEnded) {
        if (rest.trim() !== '') onLine(rest);
        return await exited;
      } else {
        await Promise.race([new Promise((resolve) => setTimeout(resolve, FOLLOW_INTERVAL_MS)), exited]);
      }
    }
  } finally {
    await handle.close();
  }
}
