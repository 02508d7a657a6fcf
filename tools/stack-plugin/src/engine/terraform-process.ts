import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

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

/**
 * Runs Terraform in a work folder and follows what it prints.
 *
 * Terraform leads a process group of its own and writes into a file: an interrupt in the terminal reaches it only
 * through `interrupt`, once, and if this process dies Terraform goes on, finishes, and saves its state.
 *
 * @param interrupt aborted: Terraform is asked to stop after what it is making
 * @returns Terraform's exit status
 */
export async function runTerraform(
  command: TerraformCommand,
  watcher: TerraformWatcher,
  interrupt: AbortSignal,
): Promise<number> {
  const logFile = join(command.workFolder, command.logName);
  const log = openSync(logFile, 'w');
  const child = spawn(command.binary, command.args, {
    cwd: command.workFolder,
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      ...command.environment,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    },
  });
  closeSync(log);
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
  const onInterrupt = () => child.kill('SIGINT');
  interrupt.addEventListener('abort', onInterrupt, { once: true });
  try {
    if (child.pid !== undefined) await watcher.started?.(child.pid);
    return await followLog(logFile, exited, (line) => watcher.line?.(line));
  } finally {
    interrupt.removeEventListener('abort', onInterrupt);
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
