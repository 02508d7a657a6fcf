import {
  Command,
  type CommandContext,
  CommandError,
  type MakeCommand,
  type Program,
  wholeNumber,
} from '@dr/command-line';
import type { Report } from '@dr/recovery-runtime';
import type { Destination } from '@dr/stack-plugin/accounts';
import { CHANGE_COMMANDS, writeCommand } from './change-commands';
import { confirm } from './confirm';
import { connectPlatform, type Platform } from './connect-platform';
import { accountOption, commandLine, destinationOf, environmentOption, waitOption, yesOption } from './options';
import { type Performance, performRecovery } from './perform';
import { formatStatus, readPlatformStatus, type PlatformStatus } from './platform-status';

const status: MakeCommand = (context) =>
  new Command('status')
    .description('Print what is served where: step, epoch, lag, the health of both regions, what to do next')
    .addOption(environmentOption())
    .addOption(accountOption())
    .option('--json', 'As JSON', false)
    .action(async ({ json, ...options }) => {
      const platform = await connect(destinationOf(options), context);
      const found = await readStatus(platform);
      context.print(json ? JSON.stringify(found, null, 2) : formatStatus(found));
    });

const failover: MakeCommand = (context) =>
  changeCommand('failover')
    .summary('Take over in the region that does not hold')
    .description(
      'Take over in the region that does not hold: fence the other one, move DNS, promote the database. Also leaves a blocked ' +
        'step, a failback or a takeover whose region fails behind. Works with the other region dark. Run again at any time, ' +
        'from any number of machines: it never takes over back from a healthy region.',
    )
    .option(
      '--to <region>',
      'The region that is to serve (default: the other one where the holder fails, or is preferred)',
    )
    .action((options) => change('failover', options, context));

const failback: MakeCommand = (context) =>
  changeCommand('failback')
    .summary('Go back to the primary without losing data')
    .description(
      'Go back to the primary without losing data: checks it, switches the database over, lets DNS answer it again. ' +
        'Given up by itself while nothing is moved and the primary or the lag does not allow it.',
    )
    .action((options) => change('failback', options, context));

const approve: MakeCommand = (context) =>
  changeCommand('approve')
    .description('Approve the promotion that waits for a person, whatever data it loses')
    .option(
      '--epoch <number>',
      'The epoch that you were shown; another one is not approved (default: the one in the ledger)',
      wholeNumber,
    )
    .action((options) => change('approve', options, context));

/** The program of an operator. */
export const RECOVERY: Program = {
  name: 'npx --no-install recovery',
  description:
    'Print what is served where, take over, approve a promotion, go back to the primary. Exits with 1 where the platform does not serve as the command wants.',
  commands: [status, failover, approve, failback],
};

const changeCommand = (name: string) =>
  new Command(name)
    .addOption(environmentOption())
    .addOption(accountOption())
    .addOption(yesOption())
    .addOption(waitOption());

interface ChangeOptions {
  readonly environment: string;
  readonly account?: string | undefined;
  readonly yes: boolean;
  /** Seconds. */
  readonly wait: number;
  /** Of `approve`. */
  readonly epoch?: number | undefined;
  /** Of `failover`: region that is to serve. */
  readonly to?: string | undefined;
}

function connect(destination: Destination, context: CommandContext): Promise<Platform> {
  return connectPlatform({ ...destination, ...context, report: reportTo(context.say) });
}

async function change(
  name: 'failover' | 'failback' | 'approve',
  options: ChangeOptions,
  context: CommandContext,
): Promise<void> {
  context.endWith(await performChange(name, options, context));
}

/** @returns the exit status: 1 where the platform does not serve as the command wants. @throws CommandError */
async function performChange(
  name: 'failover' | 'failback' | 'approve',
  options: ChangeOptions,
  context: CommandContext,
): Promise<number> {
  const { print, say } = context;
  const command = CHANGE_COMMANDS[name];
  const destination = destinationOf(options);
  const platform = await connect(destination, context);
  const status = await readStatus(platform);
  const to = options.to ?? command.goal(status);
  const done = command.alreadyDone(status.record, to);
  if (done !== undefined) {
    print(`${name}: ${done}, nothing to do.`);
    return 0;
  }
  say(formatStatus(status));
  // The epoch that a person approves: the one named, else the one just shown.
  const epoch = options.epoch ?? status.record.epoch;
  // What cannot be done is said before anybody is asked.
  const expected = command.decide(platform, { record: status.record, lag: status.lag, epoch, to });
  if (expected.kind === 'refused') throw new CommandError(`${expected.reason} Nothing was changed.`);
  if (expected.kind === 'write' && !options.yes && !(await confirm(name, command.intent(status, to)))) {
    print(`${name}: not done.`);
    return 1;
  }
  const outcome = expected.kind === 'under-way' ? expected : await writeCommand(platform, command, epoch, to);
  if (outcome.kind === 'refused') throw new CommandError(`${outcome.reason} Nothing was changed.`);
  if (outcome.kind === 'failed') {
    throw new CommandError(
      `${name}: the ledger cannot be written: ${outcome.problem}. Check your permissions and the table; nothing is known to be changed.`,
    );
  }
  if (outcome.kind === 'contended') {
    throw new CommandError(
      `${name}: another writer changed the ledger at every attempt. Check status, and run it again.`,
    );
  }
  say(outcome.kind === 'write' ? `${name}: written into the ledger` : `${name}: under way already, ${outcome.reason}`);
  if (options.wait === 0) {
    print(`${name}: left to the failover controller. See: ${commandLine('status', destination)}`);
    return 0;
  }
  const performance = await performRecovery(platform, options.wait, (record) =>
    say(`${time()} epoch ${record.epoch}, held by ${record.holder}: ${record.step}`),
  );
  print(formatStatus(await readStatus(platform)));
  return judge(name, performance, to, print);
}

function judge(name: string, performance: Performance, goal: string, print: (text: string) => void): number {
  if (performance.kind === 'time-over') {
    print(`${name}: not finished yet; the failover controller goes on. Run it again to follow it.`);
    return 1;
  }
  if (performance.kind === 'blocked') {
    print(`${name}: a person is needed, see "next" above.`);
    return 1;
  }
  const { cause, holder } = performance.record;
  if (holder === goal) {
    print(`${name}: ${goal} serves.`);
    return 0;
  }
  print(`${name}: ${holder} serves, not ${goal}: ${cause}.`);
  return 1;
}

async function readStatus(platform: Platform): Promise<PlatformStatus> {
  try {
    return await readPlatformStatus(platform);
  } catch (error) {
    const { name, message } = error as Error;
    throw new CommandError(
      `${platform.region}: the control record of ${platform.targets.controlTableName} cannot be read: ${name}: ${message}. ` +
        'Without it nothing is decided, here or by the controller; check the table.',
    );
  }
}

/** Of the loop's many lines those that a person waits for: what was done, and what did not work. */
function reportTo(say: (text: string) => void): Report {
  return (level, message, fields) => {
    const { reason, problem, outcome } = fields as Readonly<Record<string, string | undefined>>;
    if (message === 'situation' || level === 'debug') return;
    const details = [reason, outcome === 'written' ? undefined : outcome, problem].filter((part) => part !== undefined);
    say(`${time()}   ${message}${details.length === 0 ? '' : `: ${details.join(', ')}`}`);
  };
}

function time(): string {
  return new Date().toISOString().slice(11, 19);
}
