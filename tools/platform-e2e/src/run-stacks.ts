/**
 * Plans, deploys or destroys stacks as their targets do, without Nx: `run-stacks '{"mode":"deploy"}'`.
 * For suites whose subject is not Nx, which costs more than a deploy without a change.
 */
import { join } from 'node:path';
import { DEFAULT_ENVIRONMENT } from '@dr/environment-names';
import { type RunMode, runStacks, type RunStacksOptions } from '@dr/stack-plugin/engine';
import { STACKS, SYNTHESIZED } from './synthesized';
import { WORKSPACE } from './workspace';

/** Options of a run of the engine that JSON can hold. */
type Options = Omit<RunStacksOptions, 'permits' | 'interrupt' | 'sink' | 'confirmDestroy'>;

/** Arguments of a run of the engine, as JSON: all stacks of the default environment, as the options' defaults say. */
export interface StacksCommand extends Partial<Options> {
  readonly mode: RunMode;
}

async function main(command: StacksCommand): Promise<void> {
  const { environment = DEFAULT_ENVIRONMENT } = command;
  const write = (text: string) => void process.stdout.write(text);
  const failures = await runStacks({
    environment,
    stacks: STACKS,
    workspaceStacks: STACKS,
    // The order of what is synthesized follows from what states publish and read.
    edges: [],
    account: 'sandbox',
    allow: [],
    reports: {},
    lock: true,
    skipUnchanged: false,
    overNewer: false,
    duringRecovery: false,
    failOnChanges: false,
    workspaceRoot: WORKSPACE,
    synthesized: join(SYNTHESIZED, environment),
    ...command,
    interrupt: new AbortController().signal,
    sink: { isTTY: false, columns: 80, write },
    confirmDestroy: () => Promise.resolve(true),
  });
  for (const failure of failures.values()) {
    if (failure === undefined) continue;
    write(`${failure.message}\n`);
    process.exitCode = 1;
  }
}

main(JSON.parse(process.argv[2] ?? '') as StacksCommand).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
