import {
  Command,
  type CommandContext,
  CommandError,
  type MakeCommand,
  Option,
  type Program,
  wholeNumber,
} from '@dr/command-line';
import { loadEnvironment } from '@dr/environments';
import { didYouMean } from '@dr/nearest-name';
import { type CommandName, rebuildHint } from '@dr/recovery';
import type { Report } from '@dr/recovery-runtime';
import type { Destination } from '@dr/stack-plugin/accounts';
import { CHANGE_COMMANDS, writeCommand } from './change-commands';
import { confirm } from './confirm';
import { connectPlatform, type Platform } from './connect-platform';
import {
  accountOption,
  commandLine,
  destinationOf,
  environmentOption,
  jsonOption,
  waitOption,
  yesOption,
} from './options';
import { nextStep } from './next-step';
import { type Performance, performRecovery } from './perform';
import { formatStatus, readPlatformStatus, type PlatformStatus } from './platform-status';

const status: MakeCommand = (context) =>
  new Command('status')
    .description('Print what is served where: step, epoch, lag, the health of both regions, what to do next')
    .addOption(environmentOption())
    .addOption(accountOption())
    .addOption(jsonOption())
    .action(async ({ json, ...options }) => {
      const platform = await connect(destinationOf(options), context);
      const found = await readStatus(platform);
      context.print(json ? JSON.stringify({ ...found, next: nextStep(found) }, null, 2) : formatStatus(found));
    });

const failover: MakeCommand = (context) =>
  changeCommand('failover')
    .summary('Take over in the region that does not hold')
    .description(
      'Take over in the region that does not hold: fence the other one, move DNS, promote the database. Also leaves a blocked ' +
        'step, an evacuation or a takeover whose region fails behind. Works with the other region dark. Run again at any time, ' +
        'from any number of machines: it never takes over back from a healthy region.',
    )
    .option(
      '--to <region>',
      'The region that is to serve (default: the other one where the holder fails, or is preferred)',
    )
    .option(
      '--detach',
      'The last resort, once Aurora refused a promotion or did not end it: take the database of the region that is to serve ' +
        "out of the global database, which makes it a writer. Loses what was not replicated; the other region's database has to be rebuilt",
      false,
    )
    .addOption(
      new Option(
        '--restored',
        'Where no whole copy is left, once you have restored a backup by the runbook: open SQL in the database of the region that is ' +
          'to serve as it is. Loses what was written since',
      )
        .conflicts('detach')
        .default(false),
    )
    .action(({ detach, restored, ...options }) =>
      change(detach ? 'failover --detach' : restored ? 'failover --restored' : 'failover', options, context),
    );

const evacuate: MakeCommand = (context) =>
  changeCommand('evacuate')
    .summary('Move everything out of a region that still answers, without losing data')
    .description(
      'Move everything out of the region that serves, while it still answers, without losing data: checks the other one, ' +
        'switches the database over, lets DNS answer it. Given up by itself where the other region fails; where the one ' +
        'that is left fails, the other takes over. Run again, it goes the other way: name the region in scripts.',
    )
    .option('--to <region>', 'The region that is to serve (default: the one that does not hold)')
    .action((options) => change('evacuate', options, context));

const failback: MakeCommand = (context) =>
  changeCommand('failback')
    .summary('Go back to the primary without losing data')
    .description(
      'Go back to the primary without losing data, as an evacuation to it: checks it, switches the database over, lets DNS ' +
        'answer it again. Given up by itself where the primary or the lag does not allow it.',
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
    'Print what is served where, take over, approve a promotion, leave a region, go back to the primary. Exits with 1 where the platform does not serve as the command wants.',
  commands: [status, failover, approve, evacuate, failback],
};

const changeCommand = (name: string) =>
  new Command(name)
    .addOption(environmentOption())
    .addOption(accountOption())
    .addOption(yesOption())
    .addOption(waitOption())
    .addOption(jsonOption());

interface ChangeOptions {
  readonly environment: string;
  readonly account?: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
  /** Seconds. */
  readonly wait: number;
  /** Of `approve`. */
  readonly epoch?: number | undefined;
  /** Of `failover` and `evacuate`: region that is to serve. */
  readonly to?: string | undefined;
}

function connect(destination: Destination, context: CommandContext): Promise<Platform> {
  return connectPlatform({ ...destination, ...context, report: reportTo(context.say) });
}

async function change(name: CommandName, options: ChangeOptions, context: CommandContext): Promise<void> {
  const { message, serves, status } = await performChange(name, options, context);
  if (options.json) {
    context.print(JSON.stringify({ command: name, serves, message, status }, null, 2));
  } else {
    if (status !== undefined) context.print(formatStatus(status));
    context.print(`${name}: ${message}`);
  }
  context.endWith(serves ? 0 : 1);
}

/** Outcome of a command, for whoever typed it. */
interface Change {
  /** Whether the platform serves as the command wants, or is left to go on. */
  readonly serves: boolean;
  /** Result in a sentence. */
  readonly message: string;
  /** Status at its end, where it stayed for that. */
  readonly status?: PlatformStatus;
}

/** @throws CommandError where the command cannot be carried out */
async function performChange(name: CommandName, options: ChangeOptions, context: CommandContext): Promise<Change> {
  const { say } = context;
  const command = CHANGE_COMMANDS[name];
  const destination = destinationOf(options);
  refuseOtherRegion(options);
  const platform = await connect(destination, context);
  const status = await readStatus(platform);
  const to = options.to ?? command.goal(status);
  const done = command.alreadyDone(status.record, to);
  if (done !== undefined) {
    return { serves: true, message: withWhatIsLeft(`${done}, nothing to do.`, status) };
  }
  if (name.startsWith('failover --') && options.wait === 0) {
    throw new CommandError(`--wait is 0, expected more: no controller goes on with ${name}. Nothing was changed.`);
  }
  say(formatStatus(status));
  // The epoch that a person approves: the one named, else the one just shown.
  const epoch = options.epoch ?? status.record.epoch;
  // What cannot be done is said before anybody is asked.
  const expected = command.decide(platform, { record: status.record, lag: status.lag, epoch, to });
  if (expected.kind === 'refused') throw new CommandError(`${expected.reason} Nothing was changed.`);
  const objection = command.objection?.(status, to);
  if (objection !== undefined) throw new CommandError(`${name}: ${objection} Nothing was changed.`);
  if (expected.kind === 'write') {
    const intent = command.intent(status, to);
    if (options.yes) say(`${name} ${intent}.`);
    else if (!(await confirm(name, intent))) return { serves: false, message: 'not done.' };
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
    return { serves: true, message: `left to the failover controller. See: ${commandLine('status', destination)}` };
  }
  const performance = await performRecovery(platform, options.wait, (record) =>
    say(`${time()} epoch ${record.epoch}, held by ${record.holder}: ${record.step}`),
  );
  const ended = await readStatus(platform);
  const { message, serves } = judge(performance, to);
  return { serves, message: withWhatIsLeft(message, ended), status: ended };
}

/** A platform whose database is detached serves, and is not as it should be. */
function withWhatIsLeft(message: string, { record }: PlatformStatus): string {
  return record.step === 'serving' && record.replication === 'detached'
    ? `${message.replace(', nothing to do.', '.')} ${rebuildHint(record.holder)}`
    : message;
}

/** @throws CommandError for a region that does not serve: before anything is asked of it */
function refuseOtherRegion({ environment, to }: ChangeOptions): void {
  const { primary, standby } = loadEnvironment(environment).regions;
  const regions: readonly string[] = [primary.name, standby.name];
  if (to === undefined || regions.includes(to)) return;
  const suggestion = didYouMean(to, regions);
  throw new CommandError(`--to is ${to}, expected ${regions.join(' or ')}. ${suggestion}Nothing was changed.`);
}

function judge(performance: Performance, goal: string): Change {
  if (performance.kind === 'time-over') {
    const message =
      performance.record?.step === 'detaching'
        ? 'not finished yet, and no controller goes on: run it again.'
        : 'not finished yet; the failover controller goes on. Run it again to follow it.';
    return { serves: false, message };
  }
  if (performance.kind === 'blocked') return { serves: false, message: 'a person is needed, see "next" above.' };
  const { cause, holder } = performance.record;
  return holder === goal
    ? { serves: true, message: `${goal} serves.` }
    : { serves: false, message: `${holder} serves, not ${goal}: ${cause}.` };
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
