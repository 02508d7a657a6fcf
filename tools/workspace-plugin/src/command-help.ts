import type { TargetConfiguration } from '@nx/devkit';

/** How a target is used, as Nx shows it: a sentence, the command that prints its options, and one of them. */
export type TargetHelp = Required<Pick<NonNullable<TargetConfiguration['metadata']>, 'description' | 'help'>>;

/** Help of a target that runs a command line. */
export function commandHelp(description: string, command: string, example: readonly string[]): TargetHelp {
  return { description, help: { command, example: { args: [...example] } } };
}
