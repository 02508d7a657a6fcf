import { createInterface } from 'node:readline/promises';
import type { ExecutorContext } from '@nx/devkit';
import { runStack, type RunStackOptions } from '../engine/run-stack';
import { isRequested } from '../requested-tasks';
import { projectOf, reportingProblems } from './executor-context';

export interface RunStackExecutorOptions {
  readonly environment: string;
  readonly account: string;
  readonly yes?: boolean;
}

/** What plan, deploy and destroy share: the terminal, the interrupt, the question, and who asked for the task. */
export function runStackExecutor(
  mode: RunStackOptions['mode'],
  { environment, account, yes = false }: RunStackExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return reportingProblems(async () => {
    const { name } = projectOf(context);
    if (mode !== 'plan' && !isRequested(name, mode, process.env)) {
      process.stdout.write(`${name}: ${mode} was not asked for, left as it is\n`);
      return;
    }
    const interrupt = new AbortController();
    const onSignal = () => {
      if (!interrupt.signal.aborted) {
        process.stderr.write(`\n${name}: interrupted, waiting for Terraform to finish what it is making\n`);
      }
      interrupt.abort();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    try {
      await runStack({
        stack: name,
        environment,
        account,
        mode,
        workspaceRoot: context.root,
        commandLine: `nx run ${name}:${mode} --environment=${environment} --account=${account}`,
        interrupt: interrupt.signal,
        sink: {
          isTTY: process.stdout.isTTY === true && !process.env['CI'],
          columns: process.stdout.columns ?? 80,
          write: (text) => void process.stdout.write(text),
        },
        confirmDestroy: async (question) => yes || account === 'sandbox' || (await askAtTerminal(question)),
      });
    } finally {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    }
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function askAtTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} Only "yes" goes on: `)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}
