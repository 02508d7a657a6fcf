/**
 * Plans, deploys or destroys stacks as their targets do, without Nx: `run-stacks '{"mode":"deploy"}'`.
 * For suites whose subject is not Nx, which costs more than a deploy without a change.
 */
import { join } from 'node:path';
import { DEFAULT_ENVIRONMENT } from '@dr/environment-names';
import { type RunMode, runStacks } from '@dr/stack-plugin/engine';
import { STACKS, SYNTHESIZED } from './synthesized';
import { WORKSPACE } from './workspace';

/** Arguments of a run of the engine, as JSON. */
export interface StacksCommand {
  readonly mode: RunMode;
  /** @default the default one */
  readonly environment?: string;
  /** Those that the run is of. @default all of the workspace */
  readonly stacks?: readonly string[];
}

async function main({ mode, environment = DEFAULT_ENVIRONMENT, stacks = STACKS }: StacksCommand): Promise<void> {
  const write = (text: string) => void process.stdout.write(text);
  const failures = await runStacks({
    mode,
    environment,
    stacks,
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
