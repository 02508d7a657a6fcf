import { resolve } from 'node:path';
import { Command, type CommandContext, type CommandUnknownOpts, Option } from '@dr/command-line';
import { homeFolder } from '../process/sandbox';

/** Context that a command of the account runs in. */
export interface SandboxContext extends CommandContext {
  /** Absolute path of the program that runs the account: `dist/tools/aws-sandbox/main.js`. */
  readonly program: string;
}

export type MakeSandboxCommand = (context: SandboxContext) => CommandUnknownOpts;

/** A command with the option that every one has: the folder of the account. */
export const accountCommand = (name: string) =>
  new Command(name).addOption(
    new Option('--home <folder>', 'Folder of the account (default: DR_SANDBOX_HOME, else .sandbox)'),
  );

/** Folder of the account, which is printed to the standard error first: what a command acts on. */
export function homeOf({ home }: { readonly home?: string | undefined }, { say, variables }: SandboxContext): string {
  const folder = homeFolder(home, variables);
  say(`sandbox account in ${resolve(folder)}`);
  return folder;
}
