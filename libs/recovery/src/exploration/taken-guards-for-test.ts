import { RECOVERY_RULES, type RecoveryRules } from '../failover/recovery-rules';
import type { ExplorationScope } from './exploration-for-test';
import { REAL_DECISIONS, type DecisionFunctions } from './recovery-model';

const R = RECOVERY_RULES;
const withRules = (changed: Partial<RecoveryRules>): DecisionFunctions => ({
  ...REAL_DECISIONS,
  rules: { ...R, ...changed },
});

/** A guard taken away, where it is missed first, and what goes wrong then. */
export interface TakenGuard {
  readonly name: string;
  readonly decisions: DecisionFunctions;
  readonly violation: string;
  readonly scope: ExplorationScope;
  /** Narrower bounds that it is missed in as well, where those of the run take seconds. */
  readonly quickScope?: ExplorationScope;
}

export const TAKEN_GUARDS: readonly TakenGuard[] = [
  {
    name: 'a round in which nothing at all answered counts against the primary',
    decisions: withRules({
      assessRound(round, settings) {
        const graded = R.assessRound(round, settings);
        return graded.grade === 'void' ? { grade: 'bad', shape: 'black-hole' } : graded;
      },
    }),
    scope: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 4 },
    violation: 'a controller that reaches nothing takes the epoch',
  },
  {
    name: 'an isolated observer calls the primary failed',
    decisions: withRules({
      assessPrimary(state, monotonicMs, settings) {
        const assessment = R.assessPrimary(state, monotonicMs, settings);
        return assessment.kind === 'isolated' ? { ...assessment, kind: 'failed' } : assessment;
      },
    }),
    scope: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 4 },
    violation: 'a controller that reaches nothing takes the epoch',
  },
  {
    name: 'writes of the control record are unconditional',
    decisions: withRules({ conditionHolds: () => true }),
    scope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 5 },
    violation: 'an acknowledged strongly consistent write is lost',
  },
  {
    name: 'a permit never ages',
    decisions: withRules({
      decideWritePermit: (region, proof, nowMs, settings) =>
        R.decideWritePermit(region, proof && { ...proof, readStartedAtMs: nowMs }, nowMs, settings),
    }),
    scope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 7 },
    quickScope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 0, commands: 0, depth: 7 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'a permit is given while writes are closed',
    decisions: withRules({
      decideWritePermit: (region, proof, nowMs, settings) =>
        R.decideWritePermit(
          region,
          proof && { ...proof, record: { ...proof.record, sqlWrites: 'open' } },
          nowMs,
          settings,
        ),
    }),
    scope: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
    violation: 'two regions believe that they may write',
  },
  {
    name: 'a permit is given to whoever asks',
    decisions: withRules({
      decideWritePermit: (region, proof, nowMs, settings) =>
        R.decideWritePermit(
          region,
          proof && { ...proof, record: { ...proof.record, holder: region } },
          nowMs,
          settings,
        ),
    }),
    scope: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 1 },
    violation: 'two regions believe that they may write',
  },
  {
    name: 'the drain does not reckon with clocks of different rates',
    decisions: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, clockRateDriftPpm: 0 }) }),
    scope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    quickScope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 0, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the drain forgets what is in flight',
    decisions: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, inFlightMs: 0 }) }),
    scope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    quickScope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 0, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the drain forgets the lease',
    decisions: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, permitLeaseMs: 0 }) }),
    scope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    quickScope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 0, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'nobody waits for the drain',
    decisions: withRules({ writesDrained: () => true }),
    scope: { mode: 'automatic', from: ['about to switch back'], faults: 1, commands: 1, depth: 4 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the wait of an earlier closing counts for a later one',
    decisions: withRules({
      watchClosure: (watch, record, readEndedAtMs) =>
        record.sqlWrites === 'open'
          ? watch
          : { closedAtVersion: record.closedAtVersion, seenAtMs: watch?.seenAtMs ?? readEndedAtMs },
    }),
    scope: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 5 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the latch believes an old replica',
    decisions: withRules({
      decideLatchAnswer: (known, read) => R.decideLatchAnswer(known, read && { ...read, consistency: 'strong' }),
    }),
    scope: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
    violation: 'the latch endpoint releases a latched region',
  },
  {
    name: 'the latch forgets what it knew',
    decisions: withRules({ decideLatchAnswer: (_known, read) => R.decideLatchAnswer(null, read) }),
    scope: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
    violation: 'the latch endpoint forgets a latch that it knew of',
  },
  {
    name: 'a region calls itself serving while it is latched',
    decisions: withRules({
      assessRegionHealth(region, check) {
        const health = R.assessRegionHealth(region, check);
        return { ...health, serving: health.healthy };
      },
    }),
    scope: { mode: 'automatic', from: ['failed over'], faults: 1, commands: 0, depth: 3, dns: true },
    violation: 'a latched region is answered again before a failback',
  },
  {
    name: 'a region that cannot read the table calls itself serving',
    decisions: withRules({
      assessRegionHealth: (region, check) => R.assessRegionHealth(region, { ...check, tableReadable: true }),
    }),
    // The standby's latch guards the same, so that it takes two faults at once.
    scope: { mode: 'automatic', from: ['failed over'], faults: 2, commands: 0, depth: 4, dns: true },
    violation: 'a latched region is answered again before a failback',
  },
  {
    name: 'a region that was latched once never calls itself serving again',
    decisions: withRules({
      assessRegionHealth(region, check) {
        const health = R.assessRegionHealth(region, check);
        return { ...health, serving: health.serving && check.read?.writerMovedAtMs === null };
      },
    }),
    scope: {
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
    decisions: withRules({ assessLag: () => ({ acceptable: true }) }),
    scope: { mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: "the guard does not look at the lag's age",
    decisions: withRules({ assessLag: (evidence, guard) => R.assessLag(evidence && { ...evidence, ageMs: 0 }, guard) }),
    scope: { mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: 'an approval is not asked for',
    decisions: withRules({ approvalHolds: () => true }),
    scope: { mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: 'an epoch may promote again',
    decisions: withRules({ promotionIsFirstOfEpoch: () => true }),
    scope: { mode: 'automatic', from: ['about to promote'], faults: 1, commands: 1, depth: 5 },
    violation: 'an epoch begins a second promotion',
  },
  {
    name: 'a process that was suspended goes on with what it had decided',
    decisions: withRules({ effectIsCurrent: () => true }),
    scope: { mode: 'automatic', from: ['about to switch back'], faults: 1, commands: 1, depth: 8 },
    quickScope: { mode: 'automatic', from: ['suspended before the switchover'], faults: 0, commands: 1, depth: 7 },
    violation: 'a call of an old epoch moves the database',
  },
  {
    name: 'a controller acts on what it remembers',
    decisions: { ...REAL_DECISIONS, recordToActOn: (ledger, remembered) => remembered ?? ledger },
    scope: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 6, liveness: true },
    violation: 'no region serves 60 rounds after the last fault',
  },
];
