import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { WORKSPACE } from './workspace';

/** Program in which the sandbox runs a function's code. */
const PROGRAM = join(WORKSPACE, 'dist/tools/aws-sandbox/services/lambda/run-function.js');

export type Handler = 'database-migration' | 'failover-controller' | 'health-check' | 'write-canary';

/** Where the build left the archive that is deployed. */
export function archiveOf(handler: Handler): string {
  return join(WORKSPACE, 'dist/apps/compute/handlers', `${handler}.zip`);
}

/** The archive's files, by name. */
export function filesOf(handler: Handler): Readonly<Record<string, Uint8Array>> {
  return unzipSync(readFileSync(archiveOf(handler)));
}

/** Unpacks the archive. @returns the folder with the code */
export function unpack(handler: Handler, home: string): string {
  const folder = join(home, handler);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(filesOf(handler))) writeFileSync(join(folder, name), content);
  return folder;
}

/** A line that a function logged, where it is JSON: `level`, `message` and the fields beside them. */
export type LogLine = Readonly<Record<string, unknown>>;

interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

interface Message {
  readonly kind: 'ready' | 'init-failed' | 'result' | 'failed';
  readonly requestId?: string;
  readonly payload?: string;
  readonly error?: FunctionError;
}

/** One fresh process of a function, as the sandbox starts it, with variables, a deadline and a network of the test's choice. */
export class FunctionProcess {
  readonly beganAt = performance.now();
  /** Null once the handler is loaded, else why it never is. */
  readonly ready: Promise<FunctionError | null>;
  /** Everything that it wrote, line by line. */
  readonly output: string[] = [];
  private readonly child: ChildProcess;
  private readonly waiting = new Map<string, (message: Message) => void>();

  constructor(folder: string, variables: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [PROGRAM, folder], {
      cwd: folder,
      env: { PATH: process.env['PATH'], TZ: ':UTC', NODE_OPTIONS: '--enable-source-maps', ...LAMBDA, ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8');
      let rest = '';
      stream?.on('data', (text: string) => {
        const lines = `${rest}${text}`.split('\n');
        rest = lines.pop() ?? '';
        this.output.push(...lines);
      });
    }
    this.ready = new Promise((resolve) => {
      this.child.once('exit', () => {
        const error = { errorType: 'Exit', errorMessage: this.output.join('\n'), trace: [] };
        resolve(error);
        for (const answer of this.waiting.values()) answer({ kind: 'failed', error });
      });
      this.child.on('message', (message: Message) => {
        if (message.kind === 'ready') resolve(null);
        else if (message.kind === 'init-failed') resolve(message.error ?? null);
        else this.waiting.get(message.requestId ?? '')?.(message);
      });
    });
  }

  /** Structured lines, the metrics' among them. */
  get lines(): readonly LogLine[] {
    return this.output.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
  }

  /** Level, message and problem of the lines about trouble, each once. */
  get troubles(): readonly LogLine[] {
    const troubles = this.lines
      .filter(({ level }) => level === 'WARN' || level === 'ERROR')
      .map(({ level, message, outcome, problem }) => ({ level, message, problem: problem ?? outcome }));
    return [...new Set(troubles.map((trouble) => JSON.stringify(trouble)))].map((text) => JSON.parse(text) as LogLine);
  }

  /** @param timeMs that Lambda would give it. @returns what the handler returned. @throws Error that it threw */
  async invoke(event: unknown, timeMs = 5_000, requestId: string = randomUUID()): Promise<unknown> {
    const error = await this.ready;
    if (error !== null) throw new Error(error.errorMessage);
    const answered = new Promise<Message>((resolve) => this.waiting.set(requestId, resolve));
    this.child.send({ requestId, functionArn: 'arn:aws:lambda', event, deadlineMs: Date.now() + timeMs });
    const message = await answered;
    this.waiting.delete(requestId);
    if (message.kind === 'failed') throw new Error(message.error?.errorMessage);
    return JSON.parse(message.payload ?? 'null');
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}

/** Variables that Lambda sets for every function. */
const LAMBDA = {
  _HANDLER: 'index.handler',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_LAMBDA_FUNCTION_NAME: 'test',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
};
