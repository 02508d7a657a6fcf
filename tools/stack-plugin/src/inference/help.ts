import type { TargetConfiguration } from '@nx/devkit';

/** How a target is used, as Nx shows it: a sentence, the command that prints its options, and one of them. */
export type TargetHelp = Required<Pick<NonNullable<TargetConfiguration['metadata']>, 'description' | 'help'>>;

/** Help of a target that an executor of this plugin runs; Nx prints the executor's own options. */
export function executorHelp(
  project: string,
  target: string,
  description: string,
  example: TargetHelp['help']['example'],
): TargetHelp {
  return { description, help: { command: `npx nx run ${project}:${target} --help`, example } };
}
