import { parseCommandOptions } from './command-options';
import { CommandError } from './errors';

export interface OperatorOptions {
  readonly environment: string;
  readonly account: string;
  readonly help: boolean;
  /** Do it without asking. */
  readonly yes: boolean;
  readonly json: boolean;
  /** Of `approve`. */
  readonly epoch: number | undefined;
  /** How long a command stays to perform what it started. */
  readonly waitSeconds: number;
}

const DEFAULT_WAIT_SECONDS = 1_800;

/** What some commands take alone: on another it would be a guard that guards nothing. */
const OPTIONS_OF_SOME: Readonly<Record<string, readonly string[]>> = {
  yes: ['failover', 'failback', 'approve'],
  wait: ['failover', 'failback', 'approve'],
  epoch: ['approve'],
  json: ['status'],
};

const OPTIONS = {
  help: { type: 'boolean', default: false },
  environment: { type: 'string', default: 'local' },
  account: { type: 'string' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  epoch: { type: 'string' },
  wait: { type: 'string' },
} as const;

/** @throws CommandError for an option that is none or has no such value */
export function parseOperatorOptions(command: string, args: readonly string[]): OperatorOptions {
  const own = Object.keys(OPTIONS).filter((option) => OPTIONS_OF_SOME[option]?.includes(command) ?? true);
  const values = parseCommandOptions(command, args, OPTIONS, own);
  const { environment } = values;
  for (const [option, commands] of Object.entries(OPTIONS_OF_SOME)) {
    const isGiven =
      values[option as keyof typeof values] !== undefined && values[option as keyof typeof values] !== false;
    if (isGiven && !commands.includes(command)) {
      throw new CommandError(`${command}: --${option} is an option of ${commands.join(', ')}. See --help.`);
    }
  }
  return {
    environment,
    account: values.account ?? (environment === 'local' ? 'sandbox' : 'aws'),
    help: values.help,
    yes: values.yes,
    json: values.json,
    epoch: values.epoch === undefined ? undefined : whole(command, 'epoch', values.epoch),
    waitSeconds: values.wait === undefined ? DEFAULT_WAIT_SECONDS : whole(command, 'wait', values.wait),
  };
}

function whole(command: string, option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new CommandError(`${command}: --${option} is ${JSON.stringify(text)}, expected a whole number. See --help.`);
  }
  return Number(text);
}
