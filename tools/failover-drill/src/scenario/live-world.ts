import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Sandbox } from '@dr/aws-sandbox';
import type { ControlRecord } from '@dr/recovery';

/** Longest wait for a step of the ledger, ms. */
const LONGEST_STEP_MS = 600_000;
const LOOK_EVERY_MS = 250;
/** Lag of a replication that stalls, ms: the longest that the account takes. */
const STALLED_MS = 3_600_000;

/** Steps of a takeover, in their order. */
const TAKEOVER: readonly string[] = ['draining', 'guarding', 'promoting', 'proving', 'serving'];

export interface LiveWorldOptions {
  readonly sandbox: Pick<Sandbox, 'replaceFaults'>;
  /** Begin of the names of the platform's resources: `dr-local`. */
  readonly prefix: string;
  /** Availability zones of a region. */
  readonly zonesOf: (region: string) => readonly string[];
  /** The ledger, by whichever replica answers; undefined where none does. */
  readonly record: () => Promise<ControlRecord | undefined>;
  readonly deleteLedger: () => Promise<void>;
  /** Runs one of the operator's commands to its end: `failover --to=us-west-2`. */
  readonly operator: (command: string) => Promise<void>;
  readonly say: (text: string) => void;
}

/** A fault, and the words that began it. */
interface Begun {
  readonly words: string;
  readonly fault: Fault;
}

/** The deployed platform, to which the events of the recovery matrix happen by faults of the sandbox account. */
export class LiveWorld {
  private begun: readonly Begun[] = [];
  private readonly commands: Promise<void>[] = [];
  /** Epoch whose takeover was seen under way. */
  private movingEpoch: number | undefined;

  constructor(private readonly options: LiveWorldOptions) {}

  /** @param event a sentence of the matrix. @throws where it cannot happen to what is deployed */
  async happen(event: string): Promise<void> {
    const found = EVENTS.find(({ pattern }) => pattern.test(event));
    if (found === undefined) throw new Error(`"${event}" does not happen to what is deployed.`);
    this.options.say(event);
    const [, ...words] = found.pattern.exec(event) ?? [];
    await found.act(this, ...words);
  }

  /** Waits for the commands that were begun. A failure of one is told by it, and is no failure of the world. */
  async commandsEnded(): Promise<void> {
    await Promise.allSettled(this.commands);
  }

  async begin(words: string, ...faults: readonly Fault[]): Promise<void> {
    // Each keeps its own begin, whatever comes after it.
    const since = faults.map((fault) => ({ words, fault: { ...fault, ...sinceNow(fault) } }));
    await this.keep([...this.begun, ...since]);
  }

  async end(words: string): Promise<void> {
    await this.keep(this.begun.filter((each) => each.words !== words));
  }

  beginCommand(command: string): void {
    this.commands.push(this.options.operator(command));
  }

  /** Waits for a step, or for one after it in the same epoch: a step may be over between two looks. */
  async untilStep(step: string): Promise<void> {
    const place = TAKEOVER.indexOf(step);
    await this.until(`step ${step}`, ({ epoch, step: present }) => {
      const isPast = place >= 0 && epoch === this.movingEpoch && TAKEOVER.indexOf(present) > place;
      if (present !== step && !isPast) return false;
      this.movingEpoch = present === 'serving' ? undefined : epoch;
      return true;
    });
  }

  /** Moves the platform to a region without loss, and waits until both regions are as they were. */
  async beginIn(region: string): Promise<void> {
    await this.options.operator('evacuate');
    await this.until(`${region} holds`, ({ holder, step }) => holder === region && step === 'serving');
  }

  deleteLedger(): Promise<void> {
    return this.options.deleteLedger();
  }

  partOf(name: string, region: string): readonly Fault[] {
    const { prefix, zonesOf } = this.options;
    return PARTS[name as Part](region, prefix, zonesOf(region));
  }

  private async until(what: string, holds: (record: ControlRecord) => boolean): Promise<void> {
    for (
      const endsAtMs = performance.now() + LONGEST_STEP_MS;
      performance.now() < endsAtMs;
      await sleep(LOOK_EVERY_MS)
    ) {
      const record = await this.options.record();
      if (record !== undefined && holds(record)) return;
    }
    throw new Error(`${what}: not within ${LONGEST_STEP_MS / 1_000} s`);
  }

  private async keep(begun: readonly Begun[]): Promise<void> {
    this.begun = begun;
    await this.options.sandbox.replaceFaults(...begun.map(({ fault }) => fault));
  }
}

function sinceNow({ kind }: Fault): { readonly sinceMs?: number } {
  return ['dark', 'writer', 'cut', 'metrics'].includes(kind) ? { sinceMs: Date.now() } : {};
}

type FaultsOfPart = (region: string, prefix: string, zones: readonly string[]) => readonly Fault[];

/** The sandbox's faults for a part of a region that breaks; parts that the matrix has besides cannot be broken alone. */
const PARTS = {
  writer: (region) => [{ kind: 'writer', region }],
  schedule: (region) => [{ kind: 'schedule', region }],
  metrics: (region) => [{ kind: 'metrics', region }],
  'health function': (region, prefix) => [{ kind: 'function', region, name: `${prefix}-region-check` }],
  canary: (region, prefix) => [{ kind: 'function', region, name: `${prefix}-write-canary` }],
  entry: (_region, _prefix, zones) => zones.map((zone) => ({ kind: 'zone', zone, manner: 'silent' })),
  'table path': (region) => [failing('dynamodb', { region, from: region })],
  notices: (region) => [failing('sns', { region })],
} as const satisfies Readonly<Record<string, FaultsOfPart>>;
type Part = keyof typeof PARTS;

function failing(service: string, of: { readonly region: string; readonly from?: string }): Fault {
  return { kind: 'failing', code: 'InternalServerError', status: 500, service, ...of };
}

interface LiveEvent {
  readonly pattern: RegExp;
  readonly act: (world: LiveWorld, ...words: string[]) => Promise<void> | void;
}

const PART = `(${Object.keys(PARTS).join('|')})`;

const EVENTS: readonly LiveEvent[] = [
  { pattern: /^([\d.]+) s pass$/, act: (_world, seconds) => sleep(Number(seconds) * 1_000) },
  { pattern: /^time passes until the step is (\S+)$/, act: (world, step = '') => world.untilStep(step) },
  { pattern: /^(\S+) goes dark$/, act: (world, region = '') => world.begin(region, { kind: 'dark', region }) },
  { pattern: /^(\S+) is back$/, act: (world, region = '') => world.end(region) },
  {
    pattern: /^(\S+) and (\S+) are cut off from each other$/,
    act: (world, one = '', other = '') => world.begin(`${one} ${other}`, { kind: 'cut', regions: [one, other] }),
  },
  {
    pattern: /^(\S+) and (\S+) are in touch again$/,
    act: (world, one = '', other = '') => world.end(`${one} ${other}`),
  },
  {
    pattern: new RegExp(`^${PART} of (\\S+) breaks$`),
    act: (world, part = '', region = '') => world.begin(`${part} ${region}`, ...world.partOf(part, region)),
  },
  {
    pattern: new RegExp(`^${PART} of (\\S+) is repaired$`),
    act: (world, part = '', region = '') => world.end(`${part} ${region}`),
  },
  { pattern: /^replication stalls$/, act: (world) => world.begin('lag', { kind: 'lag', lagMs: STALLED_MS }) },
  { pattern: /^replication goes on$/, act: (world) => world.end('lag') },
  { pattern: /^the operator runs (.+)$/, act: (world, command = '') => world.beginCommand(command) },
  { pattern: /^somebody deletes the ledger's item$/, act: (world) => world.deleteLedger() },
  { pattern: /^(\S+) holds from the begin$/, act: (world, region = '') => world.beginIn(region) },
];

/** Whether an event of the matrix can happen to what is deployed. */
export function canHappen(event: string): boolean {
  return EVENTS.some(({ pattern }) => pattern.test(event));
}
