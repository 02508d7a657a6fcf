import {
  foreignOptions,
  missingValue,
  surplusWords,
  unknownConfiguration,
  unknownEnvironment,
  unknownOption,
  unknownValue,
} from './errors';
import deploy from './executors/deploy/schema.json';
import destroy from './executors/destroy/schema.json';
import outputs from './executors/outputs/schema.json';
import plan from './executors/plan/schema.json';
import synth from './executors/synth/schema.json';
import { type NxCommandLine, parseNxCommandLine } from './nx-command-line';

interface OptionSchema {
  readonly type: string;
  readonly enum?: readonly string[];
}

/** Options of each target of a stack, by the schema of its executor. */
const OPTIONS = new Map<string, Readonly<Record<string, OptionSchema>>>(
  Object.entries({ deploy, destroy, outputs, plan, synth }).map(([target, { properties }]) => [target, properties]),
);

/** Environments and configurations that a command line may name. */
export interface KnownNames {
  /** The files of the environments' folder. */
  readonly environments: readonly string[];
  /** Those of every stack's targets. */
  readonly configurations: readonly string[];
  /** Commit that deleted the file of an environment, where there was one. @default none is known */
  readonly deletedIn?: (environment: string) => string | undefined;
}

/**
 * Refuses a command line that names a target of a stack with a configuration, an environment, an account, an option or a
 * word more than there is. Nx takes the default configuration, the sandbox account, for one that it does not know, and
 * hands on every option and word: a typing error would deploy somewhere else, and end with success.
 *
 * @param args of Nx, the command first: `['run', 'data:deploy:prod']`
 * @throws UserError with the nearest right name; nothing has run yet
 */
export function refuseUnknownNames(args: readonly string[], known: KnownNames): void {
  const { configurations, deletedIn = () => undefined } = known;
  const commandLine = parseNxCommandLine(args);
  const { targets, configuration, taskOptions, surplus } = commandLine;
  const ofStacks = targets.filter((target) => OPTIONS.has(target));
  if (ofStacks.length === 0) return;

  if (configuration === '') throw missingValue('configuration', configurations);
  if (configuration !== undefined && !configurations.includes(configuration)) {
    throw unknownConfiguration(configuration, configurations, deletedIn(configuration));
  }
  const schemas = Object.assign({}, ...ofStacks.map((target) => OPTIONS.get(target))) as Record<string, OptionSchema>;
  for (const [option, value] of taskOptions) {
    const schema = Object.hasOwn(schemas, option) ? schemas[option] : undefined;
    if (schema === undefined) throw unknownOption(kebabCase(option), ofStacks, Object.keys(schemas).map(kebabCase));
    refuseUnknownValue(option, value, schema, known);
    const others = targets.filter((target) => !ofStacks.includes(target));
    if (others.length > 0)
      throw foreignOptions(option, typedApart(commandLine, others), typedApart(commandLine, ofStacks));
  }
  if (surplus.length > 0) throw surplusWords(surplus, typedWithout(commandLine), configurations);
}

/** As it is typed: Nx takes `--fail-on-changes` for `failOnChanges`. */
function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function refuseUnknownValue(
  option: string,
  value: string,
  { type, enum: known }: OptionSchema,
  { environments, deletedIn = () => undefined }: KnownNames,
): void {
  if (option === 'environment' && value !== '' && !environments.includes(value)) {
    throw unknownEnvironment(value, environments, deletedIn(value));
  }
  const allowed = option === 'environment' ? environments : type === 'boolean' ? ['true', 'false'] : known;
  const isFlag = type === 'boolean' && value === '';
  if (value === '' && !isFlag) throw missingValue(kebabCase(option), allowed ?? []);
  if (allowed !== undefined && !isFlag && !allowed.includes(value)) throw unknownValue(option, value, allowed);
}

/** The command line with some of its targets, and the options that only those of stacks take. */
function typedApart(
  { command, choice, configuration, taskOptions }: NxCommandLine,
  targets: readonly string[],
): string {
  const isOfStacks = targets.every((target) => OPTIONS.has(target));
  const options = [...(configuration === undefined ? [] : [`-c ${configuration}`]), ...taskOptions.map(asTyped)];
  return ['npx nx', command, '-t', ...targets, ...choice, ...(isOfStacks ? options : [])].join(' ');
}

/** The command line without its surplus words. */
function typedWithout(commandLine: NxCommandLine): string {
  const { command, targets, project, configuration, taskOptions } = commandLine;
  if (command !== 'run') return typedApart(commandLine, targets);
  const options = [...(configuration === undefined ? [] : [`-c ${configuration}`]), ...taskOptions.map(asTyped)];
  return ['npx nx', ...targets, project ?? '<stack>', ...options].join(' ');
}

const asTyped = ([name, value]: readonly [string, string]) => (value === '' ? `--${name}` : `--${name}=${value}`);
