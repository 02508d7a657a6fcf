import type { RecoveryRules } from '../failover/recovery-rules';
import { RECOVERY_RULES } from '../failover/recovery-rules';
import type { FailoverMode } from '../recovery-settings';
import { type Exploration, explore, formatCounterexample } from './explore';
import type { ROOTS } from './recovery-model';
import { type Budget, REAL_SUBJECT, RecoveryModel, type Subject } from './recovery-model';

jest.setTimeout(300_000);

interface Run extends Budget {
  readonly from: readonly (keyof typeof ROOTS)[];
  readonly mode: FailoverMode;
  readonly depth: number;
  /** Whether every state must also lead to one that serves, once nothing fails any more. */
  readonly liveness?: boolean;
}

function exploreRun({ from, mode, depth, liveness = false, ...budget }: Run, subject = REAL_SUBJECT): Exploration {
  const model = new RecoveryModel(subject, mode, budget, from, liveness);
  return explore(model, { maximumDepth: depth, maximumStates: 2_000_000 });
}

/** All interleavings of two services, two controllers, Aurora, time, an operator and the faults, to a depth. */
const RUNS: readonly (Run & { readonly states: number })[] = [
  { from: ['steady'], mode: 'automatic', faults: 1, commands: 0, depth: 11, liveness: true, states: 134_216 },
  { from: ['steady'], mode: 'approval', faults: 1, commands: 1, depth: 8, states: 140_426 },
  { from: ['steady'], mode: 'observe', faults: 1, commands: 1, depth: 8, states: 132_103 },
  { from: ['steady'], mode: 'automatic', faults: 2, commands: 0, depth: 8, states: 158_283 },
  { from: ['failed over'], mode: 'automatic', faults: 1, commands: 1, depth: 8, liveness: true, states: 178_663 },
  { from: ['failback begun'], mode: 'automatic', faults: 1, commands: 1, depth: 6, liveness: true, states: 99_823 },
  {
    from: ['about to judge an old lag'],
    mode: 'automatic',
    faults: 1,
    commands: 0,
    depth: 7,
    liveness: true,
    states: 145_962,
  },
  { from: ['about to promote'], mode: 'automatic', faults: 1, commands: 1, depth: 7, liveness: true, states: 197_012 },
  {
    from: ['about to switch back'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    depth: 6,
    liveness: true,
    states: 87_008,
  },
];

/** The same, and both regions' health checks, their copies that come and go, Route 53, and the primary's entry. */
const RUNS_WITH_DNS: readonly (Run & { readonly states: number })[] = [
  { from: ['steady'], mode: 'automatic', faults: 1, commands: 0, depth: 8, liveness: true, states: 48_292 },
  { from: ['steady'], mode: 'approval', faults: 1, commands: 1, depth: 6, states: 37_532 },
  { from: ['steady'], mode: 'automatic', faults: 2, commands: 0, depth: 6, states: 54_742 },
  { from: ['failed over'], mode: 'automatic', faults: 1, commands: 1, depth: 6, liveness: true, states: 64_554 },
  { from: ['failed over'], mode: 'automatic', faults: 2, commands: 0, depth: 5, liveness: true, states: 25_748 },
  { from: ['failback begun'], mode: 'automatic', faults: 1, commands: 1, depth: 5, liveness: true, states: 62_914 },
  {
    from: ['about to switch back'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    depth: 5,
    liveness: true,
    states: 34_072,
  },
];

function expectNoViolation({ states, ...run }: Run & { readonly states: number }): void {
  const exploration = exploreRun(run);

  expect(exploration.counterexample && formatCounterexample(exploration.counterexample)).toBeNull();
  expect(exploration.completedDepth).toBe(run.depth);
  expect(exploration.states).toBe(states);
}

describe('the recovery', () => {
  it.each(RUNS)(
    'keeps its promises from $from in mode $mode, with $faults faults and $commands commands, $depth transitions deep: $states states',
    expectNoViolation,
  );

  it.each(RUNS_WITH_DNS)(
    'keeps them in DNS too, from $from in mode $mode, with $faults faults and $commands commands, $depth transitions deep: $states states',
    (run) => expectNoViolation({ ...run, dns: true }),
  );
});

const R = RECOVERY_RULES;
const withRules = (changed: Partial<RecoveryRules>): Subject => ({ ...REAL_SUBJECT, rules: { ...R, ...changed } });

/** A guard taken away, where it is missed first, and what goes wrong then. */
const MUTANTS: readonly (Run & { readonly name: string; readonly subject: Subject; readonly violation: string })[] = [
  {
    name: 'a round in which nothing at all answered counts against the primary',
    subject: withRules({
      gradeRound(round, settings) {
        const graded = R.gradeRound(round, settings);
        return graded.grade === 'void' ? { grade: 'bad', shape: 'black-hole' } : graded;
      },
    }),
    ...{ mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 4 },
    violation: 'a controller that reaches nothing takes the epoch',
  },
  {
    name: 'an isolated observer calls the primary failed',
    subject: withRules({
      assessPrimary(state, monotonicMs, settings) {
        const verdict = R.assessPrimary(state, monotonicMs, settings);
        return verdict.kind === 'isolated' ? { ...verdict, kind: 'failed' } : verdict;
      },
    }),
    ...{ mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 4 },
    violation: 'a controller that reaches nothing takes the epoch',
  },
  {
    name: 'writes of the control record are unconditional',
    subject: withRules({ conditionHolds: () => true }),
    ...{ mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 5 },
    violation: 'an acknowledged strongly consistent write is lost',
  },
  {
    name: 'a permit never ages',
    subject: withRules({
      decideWritePermit: (region, proof, nowMs, settings) =>
        R.decideWritePermit(region, proof && { ...proof, readStartedAtMs: nowMs }, nowMs, settings),
    }),
    ...{ mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 7 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'a permit is given while writes are closed',
    subject: withRules({
      decideWritePermit: (region, proof, nowMs, settings) =>
        R.decideWritePermit(
          region,
          proof && { ...proof, record: { ...proof.record, sqlWrites: 'open' } },
          nowMs,
          settings,
        ),
    }),
    ...{ mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
    violation: 'two regions believe that they may write',
  },
  {
    name: 'a permit is given to whoever asks',
    subject: withRules({
      decideWritePermit: (region, proof, nowMs, settings) =>
        R.decideWritePermit(
          region,
          proof && { ...proof, record: { ...proof.record, holder: region } },
          nowMs,
          settings,
        ),
    }),
    ...{ mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 1 },
    violation: 'two regions believe that they may write',
  },
  {
    name: 'the drain does not reckon with clocks of different rates',
    subject: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, clockRateDriftPpm: 0 }) }),
    ...{ mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the drain forgets what is in flight',
    subject: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, inFlightMs: 0 }) }),
    ...{ mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the drain forgets the lease',
    subject: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, permitLeaseMs: 0 }) }),
    ...{ mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'nobody waits for the drain',
    subject: withRules({ writesDrained: () => true }),
    ...{ mode: 'automatic', from: ['about to switch back'], faults: 1, commands: 1, depth: 4 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the wait of an earlier closing counts for a later one',
    subject: withRules({
      watchClosure: (watch, record, readEndedAtMs) =>
        record.sqlWrites === 'open'
          ? watch
          : { closedAtVersion: record.closedAtVersion, seenAtMs: watch?.seenAtMs ?? readEndedAtMs },
    }),
    ...{ mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 5 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the latch believes an old replica',
    subject: withRules({
      decideLatchAnswer: (known, read) => R.decideLatchAnswer(known, read && { ...read, consistency: 'strong' }),
    }),
    ...{ mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
    violation: 'the latch endpoint releases a latched region',
  },
  {
    name: 'the latch forgets what it knew',
    subject: withRules({ decideLatchAnswer: (_known, read) => R.decideLatchAnswer(null, read) }),
    ...{ mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
    violation: 'the latch endpoint forgets a latch that it knew of',
  },
  {
    name: 'a region calls itself serving while it is latched',
    subject: withRules({
      decideRegionHealth(region, check) {
        const health = R.decideRegionHealth(region, check);
        return { ...health, serving: health.able };
      },
    }),
    ...{ mode: 'automatic', from: ['failed over'], faults: 1, commands: 0, depth: 3, dns: true },
    violation: 'a latched region is answered again before a failback',
  },
  {
    name: 'a region that cannot read the table calls itself serving',
    subject: withRules({
      decideRegionHealth: (region, check) => R.decideRegionHealth(region, { ...check, tableReadable: true }),
    }),
    // The standby's latch guards the same, so that it takes two faults at once.
    ...{ mode: 'automatic', from: ['failed over'], faults: 2, commands: 0, depth: 4, dns: true },
    violation: 'a latched region is answered again before a failback',
  },
  {
    name: 'a region that was latched once never calls itself serving again',
    subject: withRules({
      decideRegionHealth(region, check) {
        const health = R.decideRegionHealth(region, check);
        return { ...health, serving: health.serving && check.read?.writerMovedAtMs === null };
      },
    }),
    ...{
      mode: 'automatic',
      from: ['about to switch back'],
      faults: 0,
      commands: 0,
      depth: 3,
      dns: true,
      liveness: true,
    },
    violation: 'no region serves 60 rounds after the last fault',
  },
  {
    name: 'the guard does not look at the lag',
    subject: withRules({ judgeLag: () => ({ acceptable: true }) }),
    ...{ mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: "the guard does not look at the lag's age",
    subject: withRules({ judgeLag: (evidence, guard) => R.judgeLag(evidence && { ...evidence, ageMs: 0 }, guard) }),
    ...{ mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: 'an approval is not asked for',
    subject: withRules({ approvalHolds: () => true }),
    ...{ mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: 'an epoch may promote again',
    subject: withRules({ promotionIsFirstOfEpoch: () => true }),
    ...{ mode: 'automatic', from: ['about to promote'], faults: 1, commands: 1, depth: 5 },
    violation: 'an epoch begins a second promotion',
  },
  {
    name: 'a process that was suspended goes on with what it had decided',
    subject: withRules({ effectIsCurrent: () => true }),
    ...{ mode: 'automatic', from: ['about to switch back'], faults: 1, commands: 1, depth: 8 },
    violation: 'a call of an old epoch moves the database',
  },
  {
    name: 'a controller acts on what it remembers',
    subject: { ...REAL_SUBJECT, recordToActOn: (ledger, remembered) => remembered ?? ledger },
    ...{ mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 6, liveness: true },
    violation: 'no region serves 60 rounds after the last fault',
  },
];

describe('a fault in the code is found: ', () => {
  it.each(MUTANTS)('$name', ({ subject, violation, name: _name, ...run }) => {
    const { counterexample } = exploreRun(run, subject);

    expect(counterexample?.violation).toBe(violation);
  });
});
