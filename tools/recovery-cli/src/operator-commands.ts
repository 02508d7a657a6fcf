import type { Report } from '@dr/recovery-runtime';
import { CommandError } from './errors';
import { CHANGE_COMMANDS, epochOf, writeCommand } from './change-commands';
import { confirm } from './confirm';
import { connectPlatform, type Platform } from './connect-platform';
import { OPERATOR_HELP, type OperatorCommand } from './operator-help';
import { type OperatorOptions, parseOperatorOptions } from './operator-options';
import { type Performance, performRecovery } from './perform';
import { formatStatus, readPlatformStatus, type PlatformStatus } from './platform-status';
import type { Command, CommandContext, Commands } from './program';

/** The commands of an operator, by name. */
export const OPERATOR_COMMANDS: Commands = Object.fromEntries(
  Object.entries(OPERATOR_HELP).map(([name, help]) => [
    name,
    { help, run: (args, context) => runOperatorCommand(name as OperatorCommand, args, context) } satisfies Command,
  ]),
);

/** @returns the exit status: 1 where the platform does not serve as the command wants. @throws CommandError */
async function runOperatorCommand(
  command: OperatorCommand,
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const options = parseOperatorOptions(command, args);
  if (options.help) {
    context.print(OPERATOR_HELP[command]);
    return 0;
  }
  const platform = await connectPlatform({ ...options, ...context, report: reportTo(context.say) });
  const status = await readStatus(platform);
  if (command === 'status') {
    context.print(options.json ? JSON.stringify(status, null, 2) : formatStatus(status));
    return 0;
  }
  return change(command, options, platform, status, context);
}

async function change(
  name: 'failover' | 'failback' | 'approve',
  options: OperatorOptions,
  platform: Platform,
  status: PlatformStatus,
  { print, say }: CommandContext,
): Promise<number> {
  const command = CHANGE_COMMANDS[name];
  const { regions } = platform.settings;
  const done = command.alreadyDone(status.record, regions);
  if (done !== undefined) {
    print(`${name}: ${done}, nothing to do.`);
    return 0;
  }
  say(formatStatus(status));
  const epoch = epochOf(options, status.record);
  // What cannot be done is said before anybody is asked.
  const expected = command.decide(platform, { record: status.record, lag: status.lag, epoch });
  if (expected.kind === 'refused') throw new CommandError(`${expected.reason} Nothing was changed.`);
  if (expected.kind === 'write' && !options.yes && !(await confirm(name, command.intent(status)))) {
    print(`${name}: not done.`);
    return 1;
  }
  const outcome = expected.kind === 'under-way' ? expected : await writeCommand(platform, command, epoch);
  if (outcome.kind === 'refused') throw new CommandError(`${outcome.reason} Nothing was changed.`);
  if (outcome.kind === 'failed') {
    throw new CommandError(
      `${name}: the ledger cannot be written: ${outcome.problem}. Check your permissions and the table; nothing is known to be changed.`,
    );
  }
  if (outcome.kind === 'contended') {
    throw new CommandError(`${name}: others write the ledger all the time. Look at status, and run it again.`);
  }
  say(outcome.kind === 'write' ? `${name}: written into the ledger` : `${name}: under way already, ${outcome.reason}`);
  if (options.waitSeconds === 0) {
    print(`${name}: left to the failover controller. See: npx nx run recovery-cli:status`);
    return 0;
  }
  const performance = await performRecovery(platform, options.waitSeconds, (record) =>
    say(`${time()} epoch ${record.epoch}, held by ${record.holder}: ${record.step}`),
  );
  print(formatStatus(await readStatus(platform)));
  return judge(name, performance, command.goal(regions), print);
}

function judge(name: string, performance: Performance, goal: string, print: (text: string) => void): number {
  if (performance.kind === 'time-over') {
    print(`${name}: not at its end yet; the failover controller goes on. Run it again to stay with it.`);
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
    const { standby } = platform.settings.regions;
    const { name, message } = error as Error;
    throw new CommandError(
      `${standby}: the control record of ${platform.targets.controlTableName} cannot be read: ${name}: ${message}. ` +
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
