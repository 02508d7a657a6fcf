import {
  COMMAND_NAMES,
  type CommandName,
  DEFAULT_RECOVERY_SETTINGS,
  initialControlRecord,
  type Step,
  STEP_GUIDE,
  STEPS,
} from '@dr/recovery';
import type { RecoveryPorts } from '@dr/recovery-runtime';
import { CHANGE_COMMANDS } from './change-commands';
import type { Platform } from './connect-platform';
import { nextStep } from './next-step';
import type { PlatformStatus, RegionStatus } from './platform-status';

const REGIONS = { primary: 'us-east-1', standby: 'us-west-2' } as const;
const SETTINGS = { ...DEFAULT_RECOVERY_SETTINGS, regions: REGIONS };
const OPEN: readonly Step[] = ['serving', 'evacuation-checking'];
const HEALTHY: RegionStatus = { probe: null, entry: [], shape: 'none', healthy: true };
const STATES = {
  healthy: HEALTHY,
  dark: { ...HEALTHY, shape: 'black-hole', healthy: false },
  'without an entry': { ...HEALTHY, shape: 'entry-failure', healthy: false },
} satisfies Record<string, RegionStatus>;
type State = keyof typeof STATES;
const ALL = Object.keys(STATES) as readonly State[];

interface Combination {
  readonly step: Step;
  readonly holder: string;
  readonly states: Readonly<Record<string, State>>;
  readonly mode: string;
  /** The holder's canary found that its database takes no writes. */
  readonly writesFail: boolean;
}

const COMBINATIONS: readonly Combination[] = STEPS.flatMap((step) =>
  Object.values(REGIONS).flatMap((holder) =>
    ALL.flatMap((east) =>
      ALL.flatMap((west) =>
        ['automatic', 'approval', 'observe'].flatMap((mode) =>
          (step === 'serving' ? [false, true] : [false]).map((writesFail) => ({
            step,
            holder,
            states: { 'us-east-1': east, 'us-west-2': west },
            mode,
            writesFail,
          })),
        ),
      ),
    ),
  ),
);

function statusOf({ holder, mode, states, step, writesFail }: Combination): PlatformStatus {
  const sqlWrites = OPEN.includes(step) ? 'open' : 'closed';
  return {
    environment: 'prod',
    ...REGIONS,
    mode,
    automated: true,
    record: {
      ...initialControlRecord(holder, 0),
      version: 9,
      epoch: 3,
      step,
      sqlWrites,
      writeFailure: writesFail ? { sinceMs: 100, confirmedAtMs: 900, announced: true } : null,
    },
    database: { writer: holder, status: 'idle' },
    lag: null,
    regions: Object.fromEntries(Object.entries(states).map(([region, state]) => [region, STATES[state]])),
    atMs: 1_000,
  };
}

/** Commands that a text has a person run: a longer one begins as a shorter one. */
const namedIn = (text: string): readonly CommandName[] =>
  COMMAND_NAMES.filter((name) =>
    new RegExp(`\\b(run|or) ${name}\\b(?! --detach| --restored)|\\b${name} is possible`, 'i').test(text),
  );

/** Kind of the outcome of a command, as the text has it typed. */
function outcomeOf(name: CommandName, status: PlatformStatus, text: string): string {
  const ports = { wallClockMs: () => 1_000 } as unknown as RecoveryPorts;
  const platform = { settings: SETTINGS, caller: 'ada', ports } as unknown as Platform;
  const { decide, goal } = CHANGE_COMMANDS[name];
  const { record } = status;
  const [, to = goal(status)] = new RegExp(`${name} --to=([a-z0-9-]+)`).exec(text) ?? [];
  return decide(platform, { record, lag: null, epoch: record.epoch, to }).kind;
}

const describeOf = ({ holder, mode, states, step, writesFail }: Combination) =>
  `${step} of ${holder}${writesFail ? ', which takes no writes,' : ''} in mode ${mode}, us-east-1 ${states['us-east-1']}, us-west-2 ${states['us-west-2']}`;

const isServed = ({ holder, states, step, writesFail }: Combination) =>
  step === 'serving' && states[holder] === 'healthy' && !writesFail;

/** Combinations that a check finds wanting. */
const wanting = (isFine: (combination: Combination, text: string) => boolean): readonly string[] =>
  COMBINATIONS.filter((combination) => !isFine(combination, nextStep(statusOf(combination)))).map(
    (combination) => `${describeOf(combination)}: ${nextStep(statusOf(combination))}`,
  );

describe('the next step, in every step with every state of both regions', () => {
  it('is nothing only where everything is served', () => {
    expect(wanting((combination, text) => isServed(combination) || !/nothing to do/i.test(text))).toEqual([]);
  });

  it('names a command, or what ends by itself, wherever a region is healthy and something is not served', () => {
    expect(
      wanting((combination, text) => {
        const isAnyHealthy = Object.values(combination.states).includes('healthy');
        const isNamed = namedIn(text).length > 0 || text.includes('run aws rds failover-db-cluster');
        return isServed(combination) || !isAnyHealthy || isNamed || text.startsWith('Wait; ');
      }),
    ).toEqual([]);
  });

  it('names a command in every step that only a person ends', () => {
    expect(
      wanting(({ states, step }, text) => {
        const isAnyHealthy = Object.values(states).includes('healthy');
        return !STEP_GUIDE[step].blocked || !isAnyHealthy || namedIn(text).length > 0;
      }),
    ).toEqual([]);
  });

  it('names no command that would be refused', () => {
    expect(
      wanting((combination, text) =>
        namedIn(text).every((name) => outcomeOf(name, statusOf(combination), text) !== 'refused'),
      ),
    ).toEqual([]);
  });

  it('has a region repaired where none is healthy', () => {
    expect(
      wanting(({ states }, text) => Object.values(states).includes('healthy') || /\brepair\b/i.test(text)),
    ).toEqual([]);
  });
});

describe('the next step', () => {
  const statusIn = (step: Step) =>
    statusOf({
      step,
      holder: 'us-west-2',
      mode: 'automatic',
      states: { 'us-east-1': 'healthy', 'us-west-2': 'healthy' },
      writesFail: false,
    });
  const of = (step: Step, change: Partial<PlatformStatus> = {}) => nextStep({ ...statusIn(step), ...change });

  it('says first that nothing happens by itself, where the automation of the sandbox account is off', () => {
    const regions = { 'us-east-1': STATES.healthy, 'us-west-2': STATES.dark };
    const promised =
      'us-west-2 fails (black-hole): the controller takes over within about a minute. Run failover if it does not.';

    expect(of('serving', { regions })).toBe(promised);
    expect(of('serving', { regions, automated: false })).toBe(
      `No controller runs, since the automation of the sandbox account is off: nothing happens by itself until you run npx --no-install stacks sandbox automation --on. ${promised}`,
    );
  });

  it('of a takeover that waits while its region is back loses nothing', () => {
    expect(of('awaiting-approval', { database: { writer: 'us-east-1', status: 'idle' } })).toBe(
      'us-east-1 is healthy again, and its database never moved: run evacuate, which loses nothing; or approve to promote us-west-2.',
    );
  });

  it('of a takeover that waits once its database may have moved names the region to take over in', () => {
    expect(of('awaiting-approval', { database: null })).toBe(
      'Run approve to promote us-west-2, which loses what was not replicated; or failover --to=us-east-1, which is healthy again.',
    );
  });

  const failing = { record: { ...statusOf(COMBINATIONS[0] as Combination).record, holder: 'us-west-2' } };

  it('of a database that takes no writes leaves it', () => {
    const writeFailure = { sinceMs: -59_000, confirmedAtMs: -11_000, announced: true };

    expect(of('serving', { record: { ...failing.record, writeFailure } })).toBe(
      'us-west-2 takes no SQL writes, since 60 s, last found so 12 s ago. It is evacuated by itself after 180 s, where us-east-1 was healthy for ten minutes. Run evacuate, which loses nothing; where Aurora refuses it, failover --to=us-east-1, which loses what was not replicated.',
    );
  });

  it('of one that cannot be left has another instance of it write', () => {
    const record = { ...failing.record, writeFailure: { sinceMs: 0, confirmedAtMs: 0, announced: true } };
    const regions = { 'us-east-1': STATES.dark, 'us-west-2': STATES.healthy };
    const database = { writer: 'us-west-2', status: 'idle', clusters: { 'us-west-2': 'dr-prod-trading' } } as const;

    expect(of('serving', { record, regions, database })).toBe(
      'us-west-2 takes no SQL writes, and us-east-1 is not healthy. Repair either region. To have another instance of us-west-2 write, which loses nothing, run aws rds failover-db-cluster --region=us-west-2 --db-cluster-identifier=dr-prod-trading.',
    );
  });

  it('while only the other region sees a failure names what nobody sees from here', () => {
    const entryFailure = { sinceMs: -59_000, announced: true };
    const record = { ...statusIn('serving').record, entryFailure };

    expect(of('serving', { record })).toBe(
      'From here both regions look healthy. The controller in us-east-1 does not find us-west-2 so, since 60 s: the regions are ' +
        'cut off from each other, or clients are led elsewhere, as its notice says. Meanwhile a failure may lose what is not ' +
        'replicated; run evacuate if clients are not served, which loses nothing.',
    );
  });

  it('accuses nobody where neither region answered one look', () => {
    const silent = { via: 'test', outcome: 'silent', latencyMs: 1_800 } as const;
    const region: RegionStatus = { probe: silent, entry: [], shape: 'deep-failure', healthy: false };

    expect(of('serving', { regions: { 'us-east-1': region, 'us-west-2': region } })).toBe(
      'Neither us-west-2 nor us-east-1 said how it is in this one look, as right after a deploy: run status again. Where that stays so, repair either region.',
    );
  });

  it('without a whole copy waits for the region that has it, and names what to do where it does not come back', () => {
    expect(of('awaiting-copy')).toBe(
      'us-east-1 is healthy again, and has all that was written: run failover --to=us-east-1, or wait until Aurora has rebuilt the database of us-west-2.',
    );
    expect(of('awaiting-copy', { regions: { 'us-east-1': STATES.dark, 'us-west-2': HEALTHY } })).toBe(
      'The database of us-west-2 is no whole copy: repair us-east-1, or wait for it, since it has all that was written. ' +
        'Where us-east-1 is gone for long, follow "Restore where no copy is left" of docs/runbooks/failover.md, then run ' +
        'failover --restored --to=us-west-2: what was written since is lost.',
    );
  });

  describe('of a database that is detached', () => {
    const RESTORE_HINT =
      'Where us-west-2 is gone for long, follow "Restore where no copy is left" of docs/runbooks/failover.md, then run ' +
      'failover --restored --to=us-east-1: what was written since is lost.';
    const HINT =
      'The database of us-west-2 is detached: nothing is replicated to the other region, and no move goes there. Follow "Rebuild the region that was left behind" of docs/runbooks/failover.md.';
    const record = { ...failing.record, replication: 'detached' } as const;
    // What was left behind is a writer still, of itself.
    const database = { writer: 'us-east-1', status: 'idle', clusters: { 'us-east-1': 'trading' } } as const;
    const detached = (state: State, change: Partial<PlatformStatus['record']> = {}) =>
      of('serving', {
        record: { ...record, ...change },
        database,
        regions: { 'us-east-1': STATES.healthy, 'us-west-2': STATES[state] },
      });

    it('is to rebuild the other region, and no move', () => {
      expect(detached('healthy')).toBe(`us-west-2 serves. ${HINT}`);
      expect(detached('dark')).toBe(
        `us-west-2 fails (black-hole), and there is no place to go: repair it. ${RESTORE_HINT} ${HINT}`,
      );
      expect(detached('without an entry')).toBe(
        `us-west-2 is degraded (entry-failure): repair it where it is. ${HINT}`,
      );
      expect(detached('healthy', { writeFailure: { sinceMs: 0, confirmedAtMs: 0, announced: true } })).toBe(
        `us-west-2 takes no SQL writes: repair its writer. To have another instance of us-west-2 write, which loses nothing, run aws rds failover-db-cluster --region=us-west-2 --db-cluster-identifier=<its cluster>. ${HINT}`,
      );
    });

    it('names no other region where the one that took it over again fails', () => {
      expect(detached('dark', { step: 'write-unproven', sqlWrites: 'closed' })).toBe(
        `us-west-2 fails, and there is no place to go: repair it. ${RESTORE_HINT} ${HINT}`,
      );
    });

    it('is found where the ledger is lost, by the region of the last heartbeat', () => {
      const lost = { ...record, step: 'ledger-lost', replication: 'detaching', sqlWrites: 'closed' } as const;

      expect(of('ledger-lost', { record: lost, database })).toBe(
        "The database's writer is in us-west-2: run failover --to=us-west-2, which opens SQL there once a write is proved.",
      );
    });

    it('names the region that has everything, where it lacks what was written last', () => {
      const unproven = { ...record, step: 'write-unproven', replication: 'detaching', sqlWrites: 'closed' } as const;

      expect(of('write-unproven', { record: unproven, database })).toMatch(
        /lacks what was written when SQL was last open, run failover --to=us-east-1, which is healthy again\.$/,
      );
    });
  });

  it('of a region that holds without the writer goes to the writer', () => {
    expect(of('serving', { database: { writer: 'us-east-1', status: 'idle' } })).toBe(
      "The database's writer is in us-east-1, and us-west-2 serves no SQL writes: run evacuate, which loses nothing.",
    );
  });
});
