import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** Folders, variables and output of a command. */
export interface CommandContext {
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Folder that the user is in. */
  readonly folder: string;
  /** Variables of the shell. */
  readonly variables: NodeJS.ProcessEnv;
  /** Writes a result, to the standard output. */
  readonly print: (text: string) => void;
  /** Writes progress, to the standard error. */
  readonly say: (text: string) => void;
  /** Sets the exit status that the program ends with after the command. @default 0 */
  readonly endWith: (status: number) => void;
}

/** Makes a command of commander, whose action works with the context. */
export type MakeCommand = (context: CommandContext) => CommandUnknownOpts;

/** Something that the user can put right; its message is all that is shown. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}
