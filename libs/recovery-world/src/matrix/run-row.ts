import { COMMAND_NAMES, type CommandName, STEP_GUIDE } from '@dr/recovery';
import { NONE_RUNNING } from '../alarms';
import { perform } from '../walk';
import { SERVED_MS, type Tier, TIERS, type World } from '../world';
import type { Row } from './scenarios';
import type { Verdict } from './verdict';

/** Result of a row. */
export interface Outcome {
  readonly row: Row;
  readonly verdict: Verdict;
  /** Promise that was broken, null where none was. */
  readonly violation: string | null;
  /** Commands that a person typed, in their order. */
  readonly commands: readonly CommandName[];
  /** Longest time without service, ms. */
  readonly unservedMs: Readonly<Record<Tier, number>>;
  /** Tiers that are not served at the end. */
  readonly unserved: readonly Tier[];
  readonly holder: string;
  readonly step: string;
  /** Committed SQL writes that are lost. */
  readonly lost: number;
  readonly twoWritersMs: number;
  /** Notices and alarms, each with its time since the first event, ms. */
  readonly messages: readonly { readonly text: string; readonly afterMs: number }[];
  readonly log: readonly string[];
}

/** Seed of the results on the page. */
export const PAGE_SEED = 33;
/** Time after which a person who was called types a command, ms. */
export const PERSON_MS = 300_000;
/** Time between two commands of a person, where the first did not help, ms. */
const NEXT_COMMAND_MS = 120_000;
/** How often a person types each command that he is told in a step, and commands in all. */
const TRIES = 2;
const MOST_COMMANDS = 6;
/** How long clients have to be served for a row to have come to rest, and after the last event at least, ms. */
const REST_MS = 30_000;
const LEAST_MS = 60_000;
/** Without service, a ledger that nobody has written for so long stays as it is: longer than a region has to be healthy before it is evacuated to, ms. */
const STILL_MS = 720_000;
/** Time for people to be told, where nothing can serve and where clients miss nothing, ms. */
const TOLD_WITHIN_MS = 180_000;
const LONGEST_MS = 2_400_000;
const STEP_MS = 5_000;
/** A message about a failure may be sent as clients notice it, ms. */
const AT_ONCE_MS = 2_000;

/** Runs a row until clients are served and stay so, or nobody does anything any more. */
export async function runRow(row: Row, seed: number): Promise<Outcome> {
  const commands: CommandName[] = [];
  let isServed = false;
  const { happenings, mode } = row;
  const world = await perform({ seed, mode, happenings }, async (running) => {
    isServed = await comeToRest(running, row, commands);
  });
  const { holder, step } = world.record;
  return {
    row,
    verdict: verdictOf(world, row, isServed, commands),
    violation: world.violation,
    commands,
    unservedMs: Object.fromEntries(
      TIERS.map((tier) => [tier, world.longestUnservedMs.get(tier) ?? 0]),
    ) as Outcome['unservedMs'],
    unserved: isServed ? [] : world.unserved(SERVED_MS),
    holder,
    step,
    lost: world.lost,
    twoWritersMs: world.twoWritersMs,
    messages: messagesSince(world, row.beganAtMs).map(({ atMs, text }) => ({ text, afterMs: atMs - row.beganAtMs })),
    log: world.log,
  };
}

/** @returns whether clients are served in the end */
async function comeToRest(
  world: World,
  { beganAtMs: eventAtMs, nothingCanServe = false }: Row,
  commands: CommandName[],
): Promise<boolean> {
  const beganAtMs = world.time.nowMs;
  const tried = new Map<string, number>();
  let servedSinceMs: number | null = null;
  let changedAtMs = beganAtMs;
  let known = '';
  while (world.violation === null && world.time.nowMs - beganAtMs < LONGEST_MS) {
    await world.time.pass(STEP_MS, () => world.violation !== null);
    const { nowMs } = world.time;
    const { announced, epoch, step } = world.record;
    const state = `${epoch} ${step} ${announced}`;
    // Nothing is over while Aurora moves the database.
    if (state !== known || world.database.change !== null) changedAtMs = nowMs;
    known = state;
    const isServed = world.unserved(SERVED_MS).length === 0 && step === 'serving';
    servedSinceMs = isServed ? (servedSinceMs ?? nowMs) : null;
    if (servedSinceMs !== null) {
      const isTold = messagesSince(world, eventAtMs).length > 0;
      const leastMs = isTold ? LEAST_MS : TOLD_WITHIN_MS;
      if (nowMs - servedSinceMs >= REST_MS && nowMs - beganAtMs >= leastMs) return true;
      continue;
    }
    if (nowMs - changedAtMs >= (nothingCanServe ? TOLD_WITHIN_MS : STILL_MS)) return false;
    const call = nothingCanServe ? null : callOf(world);
    const isDue = call !== null && nowMs - call.atMs >= PERSON_MS;
    if (!isDue || call.commands.length === 0 || (commands.length > 0 && nowMs - changedAtMs < NEXT_COMMAND_MS))
      continue;
    // An approval is of one epoch.
    const place = step === 'awaiting-approval' ? `${step} of ${epoch}` : step;
    const times = tried.get(place) ?? 0;
    if (times >= TRIES * call.commands.length || commands.length >= MOST_COMMANDS) return false;
    tried.set(place, times + 1);
    const command = call.commands[times % call.commands.length] as CommandName;
    world.command(command);
    commands.push(command);
    changedAtMs = nowMs;
  }
  return false;
}

/** Since when some tier is not served, ms. */
function unservedSinceMs(world: World): number {
  return Math.min(...world.unserved(SERVED_MS).map((tier) => world.servedAt(tier)), world.time.nowMs);
}

/** When a person was called to the failure that goes on, and the commands that he is told; null while nobody was called. */
function callOf(world: World): { readonly atMs: number; readonly commands: readonly CommandName[] } | null {
  const sinceMs = unservedSinceMs(world) - AT_ONCE_MS;
  const [first] = messagesSince(world, sinceMs);
  const isUnwatched = [NOT_RUNNING, NONE_RUNNING].some((alarm) => world.alarms.isActive(alarm));
  if (first === undefined && !isUnwatched) return null;
  const { step } = world.record;
  const { blocked, nextStep } = STEP_GUIDE[step];
  const notice = world.notices.findLast(({ atMs, id }) => atMs >= sinceMs && !id.endsWith(':serving'));
  const text = blocked ? nextStep : step === 'serving' ? (notice?.text ?? '') : '';
  // A longer command begins as a shorter one, and so does a page of the documentation.
  const placeOf = (command: string) => text.search(new RegExp(`\\b${command}\\b(?! --detach| --restored|\\.md)`, 'i'));
  const commands = COMMAND_NAMES.filter((command) => placeOf(command) >= 0).sort(
    (one, other) => placeOf(one) - placeOf(other),
  );
  const byAlarm = Object.entries(COMMANDS_OF_ALARMS).find(([alarm]) => world.alarms.isActive(alarm))?.[1];
  return { atMs: first?.atMs ?? sinceMs, commands: commands.length === 0 && byAlarm ? [byAlarm] : commands };
}

const NOT_RUNNING = 'failover-controller-not-running';
/** The runbook's lines on alarms, where clients are not served. */
const COMMANDS_OF_ALARMS: Readonly<Record<string, CommandName>> = {
  [NOT_RUNNING]: 'failover',
  [NONE_RUNNING]: 'failover',
  'recovery-impaired': 'evacuate',
};

function messagesSince(
  { alarms, notices }: World,
  sinceMs: number,
): readonly { readonly text: string; readonly atMs: number }[] {
  return [
    ...notices.map(({ atMs, subject }) => ({ atMs, text: subject })),
    ...alarms.raised.map(({ atMs, name }) => ({ atMs, text: `alarm \`${name}\`` })),
  ]
    .filter(({ atMs }) => atMs >= sinceMs)
    .sort((one, other) => one.atMs - other.atMs);
}

function verdictOf(world: World, row: Row, isServed: boolean, commands: readonly CommandName[]): Verdict {
  if (world.violation !== null) return 'a promise is broken';
  if (isServed) {
    const isTold = messagesSince(world, row.beganAtMs).length > 0;
    if (!isTold && row.isHarmless !== true) return 'served, and people untold';
    return commands.length > 0 ? 'served after a command' : 'served by itself';
  }
  if (callOf(world) === null) return 'people untold';
  return row.nothingCanServe === true ? 'reported, nothing to do' : 'clients unserved without an end';
}
