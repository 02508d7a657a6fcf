import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '@dr/aws-sandbox';
import type { ControlRecord } from '@dr/recovery';
import { PERSON_MS, type Row, SERVED_MS, type Tier, TIERS, type Verdict } from '@dr/recovery-world';
import type { Attempt } from '../drill/timeline';
import type { LiveWorld } from './live-world';
import { type EpochWrite, twoWritersMs } from './region-writers';
import { longestUnserved, type ScenarioResult, type Told, toldBy } from './scenario-result';

/** How long clients have to be served for a scenario to have come to rest, ms. */
const REST_MS = 30_000;
/** Time for people to be told, where nothing can serve and where clients miss nothing, ms. */
const TOLD_WITHIN_MS = 240_000;
/** Without service, a ledger that nobody has written for so long stays as it is: longer than the cooldown, ms. */
const STILL_MS = 780_000;
/** Time between two commands of a person, where the first did not help, ms. */
const NEXT_COMMAND_MS = 120_000;
const MOST_COMMANDS = 4;
const LONGEST_MS = 2_400_000;
const LOOK_EVERY_MS = 1_000;
/** A message about a failure may be sent as clients notice it. */
const AT_ONCE_SECONDS = 2;

export interface Scene {
  readonly world: LiveWorld;
  readonly sandbox: Pick<Sandbox, 'messages'>;
  readonly prefix: string;
  readonly attemptsOf: (tier: Tier) => readonly Attempt[];
  readonly writes: readonly EpochWrite[];
  readonly record: () => Promise<ControlRecord | undefined>;
  /** Command that `recovery status` tells a person to type now; undefined where it names none. */
  readonly toldCommand: () => Promise<string | undefined>;
  readonly operator: (command: string) => Promise<void>;
  /** Acknowledged SQL writes, and how many of them a region lacks. */
  readonly lossIn: (region: string) => Promise<{ readonly lost: number | null; readonly acknowledged: number }>;
  readonly say: (text: string) => void;
}

/**
 * Lets the events of a row happen, and watches until clients are served and stay so, or nobody does anything any more. A
 * person types what `status` says, as long after a message as in the model.
 */
export async function playScenario(row: Row, scene: Scene): Promise<ScenarioResult> {
  const before = await scene.record();
  const [beganAtMs, clockMs] = [Date.now() + row.beganAtMs, performance.now() + row.beganAtMs];
  for (const event of row.happenings) await scene.world.happen(event);
  const watch = new Watch(row, scene, before, beganAtMs, clockMs);
  const { isServed, untilMs } = await watch.comeToRest();
  await scene.world.commandsEnded();
  const last = (await scene.record()) ?? watch.known;
  const told = await watch.told();
  const { acknowledged, lost } = await scene.lossIn(last?.holder ?? row.holder);
  return {
    row: row.title,
    verdict: verdictOf(row, isServed, told, watch.commands),
    commands: watch.commands,
    unservedSeconds: Object.fromEntries(
      TIERS.map((tier) => {
        const seen = longestUnserved(scene.attemptsOf(tier), { fromMs: clockMs, untilMs, servedMs: SERVED_MS });
        return [tier, seen.isServed ? seen.ms / 1_000 : null];
      }),
    ) as ScenarioResult['unservedSeconds'],
    holder: last?.holder ?? 'unknown',
    step: last?.step ?? 'unknown',
    lost,
    acknowledged,
    twoWritersMs: twoWritersMs(scene.writes),
    told,
  };
}

function verdictOf(row: Row, isServed: boolean, told: readonly Told[], commands: readonly string[]): Verdict {
  if (isServed) {
    if (told.length === 0 && row.isHarmless !== true) return 'served, and people untold';
    return commands.length > 0 ? 'served after a command' : 'served by itself';
  }
  if (told.length === 0) return 'people untold';
  return row.nothingCanServe === true ? 'reported, nothing to do' : 'clients unserved without an end';
}

class Watch {
  readonly commands: string[] = [];

  constructor(
    private readonly row: Row,
    private readonly scene: Scene,
    /** The ledger as it was last read. */
    public known: ControlRecord | undefined,
    /** Of the first event, ms since 1970. */
    private readonly beganAtMs: number,
    /** Of the first event, on the clients' clock, ms. */
    private readonly clockMs: number,
  ) {}

  async told(): Promise<readonly Told[]> {
    return toldBy(await this.scene.sandbox.messages(), this.beganAtMs, this.scene.prefix);
  }

  async comeToRest(): Promise<{ readonly isServed: boolean; readonly untilMs: number }> {
    const eventsEndedAtMs = performance.now();
    let changedAtMs = eventsEndedAtMs;
    let servedSinceMs: number | undefined;
    let state = '';
    for (let nowMs = eventsEndedAtMs; nowMs - eventsEndedAtMs < LONGEST_MS; nowMs = performance.now()) {
      await sleep(LOOK_EVERY_MS);
      this.known = (await this.scene.record()) ?? this.known;
      const seen = `${this.known?.epoch} ${this.known?.step} ${this.known?.announced}`;
      if (seen !== state) changedAtMs = performance.now();
      state = seen;
      const isServed = this.unserved().length === 0 && this.known?.step === 'serving';
      servedSinceMs = isServed ? (servedSinceMs ?? performance.now()) : undefined;
      const told = await this.told();
      const restedMs = performance.now() - eventsEndedAtMs;
      if (servedSinceMs !== undefined) {
        const leastMs = told.length > 0 || this.row.isHarmless === true ? 2 * REST_MS : TOLD_WITHIN_MS;
        if (performance.now() - servedSinceMs >= REST_MS && restedMs >= leastMs) return this.over(true);
        continue;
      }
      const stillMs = performance.now() - changedAtMs;
      if (stillMs >= (this.row.nothingCanServe === true ? TOLD_WITHIN_MS : STILL_MS)) return this.over(false);
      if (await this.act(told, stillMs)) changedAtMs = performance.now();
    }
    return this.over(false);
  }

  private over(isServed: boolean) {
    return { isServed, untilMs: performance.now() };
  }

  /** @returns whether a person typed something */
  private async act(told: readonly Told[], stillMs: number): Promise<boolean> {
    const calledAtSeconds = this.calledAt(told);
    if (this.row.nothingCanServe === true || calledAtSeconds === undefined) return false;
    const calledForMs = Date.now() - this.beganAtMs - calledAtSeconds * 1_000;
    const isSoon = this.commands.length > 0 && stillMs < NEXT_COMMAND_MS;
    if (calledForMs < PERSON_MS || isSoon || this.commands.length >= MOST_COMMANDS) return false;
    const command = await this.scene.toldCommand();
    if (command === undefined) return false;
    this.scene.say(`a person types ${command}`);
    this.commands.push(command);
    await this.scene.operator(command);
    return true;
  }

  /** When people were first told of what goes on, s since the first event. */
  private calledAt(told: readonly Told[]): number | undefined {
    const servedAtMs = this.unserved().map((tier) => this.servedAtMs(tier) - this.clockMs);
    const sinceSeconds = servedAtMs.length === 0 ? 0 : Math.min(...servedAtMs) / 1_000 - AT_ONCE_SECONDS;
    return told.find(({ afterSeconds }) => afterSeconds >= sinceSeconds)?.afterSeconds;
  }

  private unserved(): readonly Tier[] {
    return TIERS.filter((tier) => performance.now() - this.servedAtMs(tier) > SERVED_MS);
  }

  private servedAtMs(tier: Tier): number {
    return this.scene.attemptsOf(tier).findLast(({ region }) => region !== null)?.endedAtMs ?? -Infinity;
  }
}
