import { foreignOptions, unknownConfiguration, unknownEnvironment, unknownOption } from './errors';
import deploy from './executors/deploy/schema.json';
import destroy from './executors/destroy/schema.json';
import outputs from './executors/outputs/schema.json';
import plan from './executors/plan/schema.json';
import synth from './executors/synth/schema.json';
import { parseNxCommandLine } from './nx-command-line';

/** Options of each target of a stack, by the schema of its executor. */
const OPTIONS = new Map<string, readonly string[]>(
  Object.entries({ deploy, destroy, outputs, plan, synth }).map(([target, { properties }]) => [
    target,
    Object.keys(properties),
  ]),
);

/** What an environment may be named on a command line. */
export interface KnownNames {
  /** The files of the environments' folder. */
  readonly environments: readonly string[];
  /** Those of every stack's targets. */
  readonly configurations: readonly string[];
}

/**
 * Refuses a command line that names a target of a stack with a configuration, an environment or an option that there is
 * none of. Nx takes the default configuration, the sandbox account, for one that it does not know, and hands on every
 * option: a typing error would deploy somewhere else, and end with success.
 *
 * @param args of Nx, the command first: `['run', 'data:deploy:prod']`
 * @throws UserError with the nearest right name; nothing has run yet
 */
export function refuseUnknownNames(args: readonly string[], { configurations, environments }: KnownNames): void {
  const { targets, configuration, taskOptions } = parseNxCommandLine(args);
  const ofStacks = targets.filter((target) => OPTIONS.has(target));
  if (ofStacks.length === 0) return;

  if (configuration !== undefined && !configurations.includes(configuration)) {
    throw unknownConfiguration(configuration, configurations);
  }
  const known = [...new Set(ofStacks.flatMap((target) => OPTIONS.get(target) ?? []))];
  for (const [option, value] of taskOptions) {
    if (!known.includes(option)) throw unknownOption(option, ofStacks, known);
    if (option === 'environment' && !environments.includes(value)) {
      throw unknownEnvironment(value, environments);
    }
    const others = targets.filter((target) => !ofStacks.includes(target));
    if (others.length > 0) throw foreignOptions(option, ofStacks, others);
  }
}
