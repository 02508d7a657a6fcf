import { parseArgs, type ParseArgsConfig } from 'node:util';
import { commandLine } from '../model/command-line';
import { SandboxError } from '../process/errors';
import { homeFolder } from '../process/sandbox';

export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  /** Folder that the user is in. */
  readonly folder: string;
  /** Absolute path of this program. */
  readonly program: string;
  readonly print: (line: string) => void;
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** One command of the tool. */
export interface Command {
  /** One line. */
  readonly summary: string;
  /** Option, then what it does. */
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly help: string }>>;
  /** @returns the exit status. @throws SandboxError */
  readonly run: (values: OptionValues, context: CommandContext) => Promise<number>;
}

export async function runCommand(
  name: string,
  command: Command,
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const values = parseOptions(command, args);
  if (values['help'] === true) {
    context.print(helpOf(name, command));
    return 0;
  }
  return command.run(values, context);
}

export function helpOf(name: string, { summary, options }: Command): string {
  const all: Command['options'] = { ...options, help: { type: 'boolean', help: 'Say this' } };
  const lines = Object.entries(all).map(
    ([option, { type, help }]) => `  ${`--${option}${type === 'string' ? ' <value>' : ''}`.padEnd(20)} ${help}`,
  );
  return `${commandLine(name)}\n${summary}\n\n${lines.join('\n')}`;
}

/** Folder of the account: `--home`, else DR_SANDBOX_HOME, else `.sandbox` here. */
export const HOME_OPTION = { type: 'string', help: 'Folder of the account [DR_SANDBOX_HOME, else .sandbox]' } as const;

export function homeOf(values: OptionValues, { environment }: CommandContext): string {
  return homeFolder(values['home'] as string | undefined, environment);
}

function parseOptions(command: Command, args: readonly string[]): OptionValues {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean' } };
  for (const [name, { type }] of Object.entries(command.options)) options[name] = { type };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values as OptionValues;
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new SandboxError(`${sentence.replace(/\.$/, '')}. See --help.`);
  }
}
