import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { socketOf } from '../../../network/region-network';
import { eachLine } from '../../../runtime/each-line';

export interface TaskProcessSettings {
  /** Program of a task's process and its arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Folder of the unpacked image. */
  readonly folder: string;
  /** File in it. */
  readonly entry: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Folder of the account's sockets. */
  readonly network: string;
  readonly address: string;
  readonly port: number;
  /** Called with each line that the program writes. */
  readonly log: (line: string) => void;
}

/** The process of one task, at an address of the account's network. It ends with the account's process. */
export class TaskProcess {
  /** Socket that stands for the task's address and port. */
  readonly socket: string;
  private readonly child: ChildProcess;
  private hasEnded = false;

  constructor({ address, command, entry, folder, log, network, port, variables }: TaskProcessSettings) {
    this.socket = socketOf(network, address, port);
    rmSync(this.socket, { force: true });
    const [program, ...args] = command;
    this.child = spawn(program, [...args, folder, entry], {
      cwd: folder,
      env: variables,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) if (stream !== null) eachLine(stream, log);
    const end = (how: string) => {
      if (this.hasEnded) return;
      this.hasEnded = true;
      rmSync(this.socket, { force: true });
      log(`the task ended: ${how}`);
    };
    this.child.on('error', (error) => end(error.message));
    this.child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
    this.child.unref();
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return !this.hasEnded;
  }

  /** SIGTERM, and SIGKILL where the process is still there after its stop timeout. */
  stop(timeoutMs: number): void {
    this.child.kill('SIGTERM');
    setTimeout(() => this.kill(), timeoutMs).unref();
  }

  kill(): void {
    if (this.isRunning) this.child.kill('SIGKILL');
  }
}
