import { type ChildProcess, spawn } from 'node:child_process';
import { eachLine } from '../../runtime/each-line';
import type { FunctionError, FunctionMessage, InvokeMessage } from './function-messages';

export interface EnvironmentSettings {
  /** Program and arguments of a function's process. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Folder of the unpacked code. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Called with each line that the function writes, and each line that Lambda adds. */
  readonly log: (line: string) => void;
}

/** Outcome of an invocation. */
export type Outcome =
  | { readonly kind: 'result'; readonly payload: string }
  /** The handler threw, could not be loaded, ended its process or took too long. */
  | { readonly kind: 'failed'; readonly error: FunctionError };

/** Initialization of the process; `error` where the handler could not be loaded. */
export interface Initialization {
  /** Time from spawning the process to the loaded handler or the error, ms. */
  readonly durationMs: number;
  readonly error: FunctionError | null;
}

/** A process that runs one function, an invocation at a time, and stays warm for the next. */
export class ExecutionEnvironment {
  private readonly child: ChildProcess;
  /** Resolves once the handler is loaded, or has failed to load. */
  readonly initialized: Promise<Initialization>;
  private peakMemoryBytes = 0;
  private settleInvocation: ((outcome: Outcome) => void) | undefined;
  private hasEnded = false;

  constructor(private readonly settings: EnvironmentSettings) {
    const [program, ...args] = settings.command;
    const spawnedAt = performance.now();
    this.child = spawn(program, [...args, settings.folder], {
      cwd: settings.folder,
      env: settings.variables,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream !== null) eachLine(stream, settings.log);
    }
    let settleInitialized: (error: FunctionError | null) => void = () => undefined;
    this.initialized = new Promise((resolve) => {
      settleInitialized = (error) => resolve({ durationMs: performance.now() - spawnedAt, error });
    });
    const end = (error: FunctionError) => {
      this.hasEnded = true;
      settleInitialized(error);
      this.settle({ kind: 'failed', error });
    };
    this.child.on('error', (error) => end({ errorType: 'Runtime.ExitError', errorMessage: error.message, trace: [] }));
    this.child.on('exit', (code, signal) =>
      end({
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: Error: Runtime exited with ${signal === null ? `exit status ${code}` : `signal ${signal}`}`,
        trace: [],
      }),
    );
    this.child.on('message', (message: FunctionMessage) => {
      this.peakMemoryBytes = message.peakMemoryBytes;
      if (message.kind === 'ready') settleInitialized(null);
      else if (message.kind === 'init-failed') end(message.error);
      else if (message.kind === 'result') this.settle({ kind: 'result', payload: message.payload });
      else this.settle({ kind: 'failed', error: message.error });
    });
  }

  /** Whether it can take another invocation. */
  get isUsable(): boolean {
    return !this.hasEnded;
  }

  /** Peak memory that the process reported, MB, rounded up; 0 before its first message. */
  get maxMemoryMb(): number {
    return Math.ceil(this.peakMemoryBytes / 1_024 / 1_024);
  }

  /** One at a time. @param timeoutSeconds after which the process is ended */
  async invoke(message: InvokeMessage, timeoutSeconds: number): Promise<Outcome> {
    const { error } = await this.initialized;
    if (error !== null) {
      this.end();
      return { kind: 'failed', error };
    }
    const outcome = new Promise<Outcome>((resolve) => (this.settleInvocation = resolve));
    const timer = setTimeout(() => {
      const errorMessage = `${new Date().toISOString()} ${message.requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      this.settings.log(errorMessage);
      this.settle({ kind: 'failed', error: { errorType: 'Sandbox.Timedout', errorMessage, trace: [] } });
      this.end();
    }, timeoutSeconds * 1_000);
    this.child.send(message);
    return outcome.finally(() => clearTimeout(timer));
  }

  end(): void {
    this.hasEnded = true;
    this.child.kill('SIGKILL');
  }

  private settle(outcome: Outcome): void {
    this.settleInvocation?.(outcome);
    this.settleInvocation = undefined;
  }
}
