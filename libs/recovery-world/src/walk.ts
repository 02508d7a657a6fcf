import { type CommandName, type FailoverMode, STEP_GUIDE } from '@dr/recovery';
import { HAPPENINGS } from './happenings';
import { Random } from './random';
import { type Root, ROOTS } from './roots';
import { SERVED_MS, World } from './world';

/** A run of the world: what determines all of it. */
export interface Walk {
  readonly seed: number;
  readonly mode: FailoverMode;
  readonly happenings: readonly string[];
  /** Whether clients must be served in the end, once every fault has ended and an operator does what notices say. @default false */
  readonly untilServed?: boolean;
}

export interface Counterexample extends Walk {
  readonly violation: string;
}

/** Longest time in which a platform without a fault, and with an operator, has to serve again, ms. */
const RECOVERED_WITHIN_MS = 2_400_000;

/** Runs a walk to its end, or to its first violation. @param afterwards goes on from there, where nothing is violated */
export async function perform(
  walk: Walk,
  afterwards: (world: World) => Promise<void> = (world) =>
    walk.untilServed === true ? serveInTheEnd(world) : Promise.resolve(),
): Promise<World> {
  const world = new World(walk.seed, walk.mode);
  await world.time.withTimers(async () => {
    for (const happening of walk.happenings) {
      if (world.violation !== null) return;
      const happen = HAPPENINGS[happening];
      if (happen === undefined)
        throw new Error(`recovery-world: happening is "${happening}", expected one of HAPPENINGS.`);
      world.note(happening);
      await happen(world);
    }
    if (world.violation === null) await afterwards(world);
  });
  return world;
}

/** Every fault ends, and an operator does what the platform says that is to be done. */
async function serveInTheEnd(world: World): Promise<void> {
  world.heal();
  const endMs = world.time.nowMs + RECOVERED_WITHIN_MS;
  while (world.time.nowMs < endMs) {
    const isOver = () => world.violation !== null;
    await world.time.pass(20_000, isOver);
    if (isOver() || (world.unserved(SERVED_MS).length === 0 && world.record.step === 'serving')) return;
    const { blocked, nextStep } = STEP_GUIDE[world.record.step];
    const [, command] = /\brun (failover|evacuate|failback|approve)\b/i.exec(nextStep) ?? [];
    if (blocked && command !== undefined) world.command(command as CommandName);
  }
  world.violate(`clients are not served in the end: ${world.unserved(SERVED_MS).join(', ') || world.record.step}`);
}

/** The violation that a walk ends in, null when it ends in none. */
export async function violationOf(walk: Walk): Promise<string | null> {
  return (await perform(walk)).violation;
}

const WAITS = [
  ...['0.1 s pass', '0.7 s pass', '1.5 s pass', '1.5 s pass', '5 s pass', '5 s pass', '5 s pass', '12 s pass'],
  ...['0.7 s pass', '1.5 s pass', '5 s pass', '12 s pass', '40 s pass', '150 s pass'],
];

const MODES: readonly FailoverMode[] = ['automatic', 'automatic', 'approval', 'observe'];
const ALL = Object.keys(HAPPENINGS).filter((name) => !/ pass$|^time passes| must | from the begin$/.test(name));
/** Few of all that may happen belong to a walk: what many things together do not lead to, a few of them do. */
const RARE = 6;

/** The walk of a seed: from a root, so many happenings, most of them of the likely ones there. */
export function randomWalk(seed: number, length: number, roots: readonly Root[] = ROOTS): Walk {
  const random = new Random(seed);
  const { begin, likely } = random.of(roots);
  const few = Array.from({ length: RARE }, () => random.of(likely));
  const rare = Array.from({ length: RARE }, () => random.of(ALL));
  const happening = () => {
    const chance = random.next();
    // Something happens every other time, and time passes in between, seldom much of it.
    return random.of(chance < 0.55 ? WAITS : chance < 0.9 ? few : rare);
  };
  const happenings = [...begin, ...Array.from({ length }, happening)];
  return { seed, mode: random.of(MODES), happenings, untilServed: true };
}

/** Every walk of so many happenings of the likely ones, from each root. */
export function* allWalks(depth: number, seed = 1, roots: readonly Root[] = ROOTS): Generator<Walk> {
  for (const { begin, likely } of roots) {
    for (const chosen of sequencesOf(likely, depth)) {
      const happenings = [...begin, ...chosen.flatMap((happening) => [happening, '5 s pass'])];
      yield { seed, mode: 'automatic', happenings, untilServed: true };
    }
  }
}

function sequencesOf<Value>(values: readonly Value[], length: number): readonly (readonly Value[])[] {
  if (length === 0) return [[]];
  const shorter = sequencesOf(values, length - 1);
  return values.flatMap((value) => shorter.map((rest) => [value, ...rest]));
}

/** The same violation by fewer happenings: what can be left out is left out. */
export async function shortened(counterexample: Counterexample): Promise<Counterexample> {
  let shortest = counterexample;
  for (let size = Math.ceil(shortest.happenings.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < shortest.happenings.length;) {
      const happenings = [...shortest.happenings.slice(0, from), ...shortest.happenings.slice(from + size)];
      const violation = await violationOf({ ...shortest, happenings });
      if (violation === shortest.violation) shortest = { ...shortest, happenings };
      else from += size;
    }
  }
  return shortest;
}

/** The first walk that ends in a violation, shortened; null when none does. */
export async function findCounterexample(walks: Iterable<Walk>): Promise<Counterexample | null> {
  for (const walk of walks) {
    const violation = await violationOf(walk);
    if (violation !== null) return shortened({ ...walk, violation });
  }
  return null;
}

/** A counterexample that a person can read, and that can be replayed as it stands. */
export async function formatCounterexample(counterexample: Counterexample): Promise<string> {
  const { happenings, mode, seed, violation } = counterexample;
  const { log } = await perform(counterexample);
  return [
    `violated: ${violation}`,
    `seed ${seed}, mode ${mode}:`,
    ...happenings.map((happening) => `  '${happening}',`),
    'what happened:',
    ...log.map((line) => `  ${line}`),
  ].join('\n');
}
