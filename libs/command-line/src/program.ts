import { resolve } from 'node:path';
import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { type CommandContext, CommandError, type MakeCommand } from './command';

/** A program and its commands, which may be programs again: `stacks sandbox stop`. */
export interface Program {
  /** As it is typed: `npx --no-install recovery`. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly commands: readonly MakeCommand[];
}

/** An error whose message says all there is to say. */
export type ExpectedError = abstract new (...args: never[]) => Error;

/**
 * Runs the program that this process was started for, and ends the process with the command's exit status, 1 for an error.
 *
 * @param expected errors whose message alone is shown
 */
export function runProgram(program: Program, expected: readonly ExpectedError[]): void {
  let exitStatus = 0;
  const context: CommandContext = {
    // The bundle is dist/tools/<program>/main.js.
    workspaceRoot: resolve(__dirname, '../../..'),
    // Package runners change the folder; the user's own is kept here.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    variables: process.env,
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
    endWith: (status) => (exitStatus = status),
  };
  runCommandLine(programOf(program, context), process.argv.slice(2), context).then(
    () => process.exit(exitStatus),
    (error: unknown) => {
      context.say(describeError(error, expected));
      process.exit(1);
    },
  );
}

/** A program as a command of commander; each command inherits how it fails and what it prints to. */
export function programOf({ name, description, commands }: Program, context: CommandContext): CommandUnknownOpts {
  const program: CommandUnknownOpts = new Command(name)
    .description(description)
    .helpOption('-h, --help', 'Print this help')
    .helpCommand('help [command]', 'Print the help of a command');
  for (const make of commands) program.addCommand(make(context));
  return program;
}

/**
 * Runs a command by its arguments; none prints the help.
 *
 * @throws CommandError for a command, option or value that is refused, and what the command throws
 */
export async function runCommandLine(
  program: CommandUnknownOpts,
  args: readonly string[],
  { print }: Pick<CommandContext, 'print'>,
): Promise<void> {
  settle(program, print);
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : withoutUnknownValues(args, program), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new CommandError(`${sentenceOf(error)} See --help.`);
  }
}

/** `--enviroment=prod` as `--enviroment`: commander looks for the nearest option by the whole word. */
function withoutUnknownValues(args: readonly string[], program: CommandUnknownOpts): string[] {
  const flags = flagsOf(program);
  return args.map((word) => {
    const [flag = word] = word.startsWith('--') ? word.split('=') : [word];
    return flags.includes(flag) ? word : flag;
  });
}

function flagsOf({ commands, options }: CommandUnknownOpts): readonly string[] {
  return [...options.map(({ long }) => long ?? ''), ...commands.flatMap(flagsOf)];
}

/** Help is printed, and errors are thrown. */
function settle(command: CommandUnknownOpts, print: (text: string) => void): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: () => undefined })
    .configureHelp({ sortSubcommands: false })
    .helpOption('-h, --help', 'Print this help');
  for (const each of command.commands) settle(each, print);
}

/** `error: unknown option '--yess'\n(Did you mean --yes?)` as one line. */
function sentenceOf({ message }: CommanderError): string {
  const [, problem = message, nearest] = /^(?:error: )?(.*?)(?:\n\((.*)\))?$/s.exec(message) ?? [];
  return [/[.?]$/.test(problem) ? problem : `${problem}.`, ...(nearest === undefined ? [] : [nearest])].join(' ');
}

/** The message alone of what the user can put right, the stack of anything else. */
export function describeError(error: unknown, expected: readonly ExpectedError[]): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = [CommandError, ...expected].some((kind) => error instanceof kind);
  return isExpected ? error.message : (error.stack ?? String(error));
}
