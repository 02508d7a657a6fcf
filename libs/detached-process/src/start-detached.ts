import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface DetachedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Working folder. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Takes standard output and error; emptied first. It is there as soon as the process is. */
  readonly logFile: string;
}

export interface DetachedProcess {
  readonly pid: number;
  /** Exit status as a shell gives it: 127 where there is no such command, 128 + n after signal n; 1 where nobody can tell. */
  readonly exited: Promise<number>;
  /** Stops watching, so that this process can end before that one. */
  unwatch(): void;
}

/**
 * The shell ends at once and leaves a subshell to the system's first process, so no line of parents leads from here to
 * the command. The subshell tells the command's number and, later, its exit status, over descriptor 3.
 */
const SCRIPT = `
log=$1; shift
: >"$log"
(
  "$@" </dev/null >>"$log" 2>&1 3>&- &
  echo $! >&3
  wait $!
  echo $? >&3
) &
`;

/**
 * Starts a process that outlives this one: in a session of its own, where an interrupt of the terminal does not reach
 * it, and not among this one's descendants, where a task runner that ends a task with its whole tree would find it.
 * It ignores SIGINT unless it asks for it, as every background command of a shell does; end it with SIGTERM.
 *
 * @throws Error where no shell can be started
 */
export async function startDetached({
  command,
  args,
  folder,
  environment,
  logFile,
}: DetachedCommand): Promise<DetachedProcess> {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', logFile, command, ...args], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const reports = shell.stdio[3] as unknown as NodeJS.ReadableStream & { destroy(): void };
  const lines = createInterface({ input: reports })[Symbol.asyncIterator]();
  const started = lines.next();
  const failed = new Promise<never>((_resolve, reject) => shell.once('error', reject));
  const { value } = await Promise.race([started, failed]);
  const pid = Number(value);
  if (!Number.isInteger(pid) || pid <= 0) throw new Error(`${command} could not be started in ${folder}`);
  return {
    pid,
    exited: lines.next().then(({ value: status }) => (status === undefined ? 1 : Number(status))),
    unwatch: () => reports.destroy(),
  };
}
