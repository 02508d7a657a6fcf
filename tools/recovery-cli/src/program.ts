import { resolve } from 'node:path';
import { didYouMean } from '@dr/nearest-name';
import { UnreadableFactsError } from '@dr/recovery';
import { OutputsNotPublishedError } from '@dr/stack-contracts';
import { UserError } from '@dr/stack-plugin/accounts';
import { CommandError } from './errors';

export interface CommandContext {
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Folder that the user is in. */
  readonly folder: string;
  /** Writes a result, to the standard output. */
  readonly print: (text: string) => void;
  /** Writes progress, to the standard error. */
  readonly say: (text: string) => void;
}

/** One command of a program. */
export interface Command {
  /** How it is typed, what it does and its options. */
  readonly help: string;
  /** @returns the exit status */
  readonly run: (args: readonly string[], context: CommandContext) => Promise<number>;
}

export type Commands = Readonly<Record<string, Command>>;

/** Runs a bundle at `dist/tools/<name>/main.js`, and ends the process with the command's exit status, 1 for an error. */
export function runProgram(commands: Commands): void {
  const context: CommandContext = {
    workspaceRoot: resolve(__dirname, '../../..'),
    // Package runners change the folder; the user's own is kept here.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
  };
  runCommand(commands, process.argv.slice(2), context).then(
    (status) => process.exit(status),
    (error: unknown) => {
      context.say(describeError(error));
      process.exit(1);
    },
  );
}

/**
 * Runs the command that the arguments begin with; none asks for the help of all.
 *
 * @throws CommandError for an unknown command, and what the command throws
 */
export async function runCommand(
  commands: Commands,
  [name = '--help', ...args]: readonly string[],
  context: CommandContext,
): Promise<number> {
  if (['--help', '-h', 'help'].includes(name)) {
    context.print(
      Object.values(commands)
        .map(({ help }) => help)
        .join('\n\n'),
    );
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const known = Object.keys(commands);
    throw new CommandError(
      `unknown command "${name}", expected one of ${known.join(', ')}. ${didYouMean(name, known)}See --help.`,
    );
  }
  return command.run(args, context);
}

/** The message alone of what the user can put right, the stack of anything else. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected =
    [CommandError, OutputsNotPublishedError, UnreadableFactsError, UserError].some((kind) => error instanceof kind) ||
    isSettingsError(error);
  return isExpected ? error.message : (error.stack ?? String(error));
}

/** A refusal of libs/environments says all there is to say. */
function isSettingsError(error: Error): boolean {
  return /Environment/.test(error.name);
}
