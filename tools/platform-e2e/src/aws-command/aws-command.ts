import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export interface CommandAnswer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The system's `aws`, version 2: a program in Python. Another one that comes before it on the PATH may be a mere stub. */
export function findAws(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  const found = ['/usr/bin/aws', ...folders.map((folder) => join(folder, 'aws'))].filter((path) => existsSync(path));
  return found.find((path) => isAws2(path) && pythonOf(path) !== undefined);
}

function isAws2(path: string): boolean {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).startsWith(
      'aws-cli/2',
    );
  } catch {
    return false;
  }
}

/** The interpreter that the program's first line names. */
function pythonOf(path: string): string | undefined {
  return /^#!\s*(\S*python3\S*)/.exec(readFileSync(path, 'latin1'))?.[1];
}

/** Runs `aws` commands one after the other, without loading the program again for each: that takes half a second. */
export class AwsCommand {
  private readonly server: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: Interface;
  private last: Promise<unknown> = Promise.resolve();

  /** @param path as {@link findAws} found it */
  constructor(path: string) {
    const python = pythonOf(path) as string;
    this.server = spawn(python, [join(__dirname, 'aws-server.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface(this.server.stdout);
  }

  run(
    args: readonly string[],
    folder: string,
    environment: Readonly<Record<string, string | undefined>>,
  ): Promise<CommandAnswer> {
    const answered = this.last.then(
      () =>
        new Promise<CommandAnswer>((resolve, reject) => {
          const onExit = () => reject(new Error(`aws ${args.join(' ')}: the process that runs it ended`));
          this.server.once('exit', onExit);
          this.lines.once('line', (line) => {
            this.server.off('exit', onExit);
            resolve(JSON.parse(line) as CommandAnswer);
          });
          this.server.stdin.write(`${JSON.stringify({ args, folder, environment })}\n`);
        }),
    );
    this.last = answered.catch(() => undefined);
    return answered;
  }

  end(): void {
    this.server.stdin.end();
  }
}
