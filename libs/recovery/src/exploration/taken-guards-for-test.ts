import { RECOVERY_RULES, type RecoveryRules } from '../failover/recovery-rules';
import type { Run } from './exploration-for-test';
import { REAL_SUBJECT, type Subject } from './recovery-model';

const R = RECOVERY_RULES;
const withRules = (changed: Partial<RecoveryRules>): Subject => ({ ...REAL_SUBJECT, rules: { ...R, ...changed } });

/** A guard taken away, where it is missed first, and what goes wrong then. */
export interface TakenGuard {
  readonly name: string;
  readonly subject: Subject;
  readonly violation: string;
  readonly run: Run;
  /** Narrower bounds that it is missed in as well, where those of the run take seconds. */
  readonly quickRun?: Run;
}

export const TAKEN_GUARDS: readonly TakenGuard[] = [
  {
    name: 'a round in which nothing at all answered counts against the primary',
    subject: withRules({
      gradeRound(round, settings) {
        const graded = R.gradeRound(round, settings);
        return graded.grade === 'void' ? { grade: 'bad', shape: 'black-hole' } : graded;
      },
    }),
    run: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 4 },
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
    run: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 4 },
    violation: 'a controller that reaches nothing takes the epoch',
  },
  {
    name: 'writes of the control record are unconditional',
    subject: withRules({ conditionHolds: () => true }),
    run: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 5 },
    violation: 'an acknowledged strongly consistent write is lost',
  },
  {
    name: 'a permit never ages',
    subject: withRules({
      decideWritePermit: (region, proof, nowMs, settings) =>
        R.decideWritePermit(region, proof && { ...proof, readStartedAtMs: nowMs }, nowMs, settings),
    }),
    run: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 7 },
    quickRun: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 0, commands: 0, depth: 7 },
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
    run: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
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
    run: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 1 },
    violation: 'two regions believe that they may write',
  },
  {
    name: 'the drain does not reckon with clocks of different rates',
    subject: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, clockRateDriftPpm: 0 }) }),
    run: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    quickRun: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 0, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the drain forgets what is in flight',
    subject: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, inFlightMs: 0 }) }),
    run: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    quickRun: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 0, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the drain forgets the lease',
    subject: withRules({ drainWaitMs: (fencing) => R.drainWaitMs({ ...fencing, permitLeaseMs: 0 }) }),
    run: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 6 },
    quickRun: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 0, commands: 0, depth: 6 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'nobody waits for the drain',
    subject: withRules({ writesDrained: () => true }),
    run: { mode: 'automatic', from: ['about to switch back'], faults: 1, commands: 1, depth: 4 },
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
    run: { mode: 'automatic', from: ['failed over', 'failback begun'], faults: 1, commands: 0, depth: 5 },
    violation: 'a switchover begins before writes have stopped',
  },
  {
    name: 'the latch believes an old replica',
    subject: withRules({
      decideLatchAnswer: (known, read) => R.decideLatchAnswer(known, read && { ...read, consistency: 'strong' }),
    }),
    run: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
    violation: 'the latch endpoint releases a latched region',
  },
  {
    name: 'the latch forgets what it knew',
    subject: withRules({ decideLatchAnswer: (_known, read) => R.decideLatchAnswer(null, read) }),
    run: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 5 },
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
    run: { mode: 'automatic', from: ['failed over'], faults: 1, commands: 0, depth: 3, dns: true },
    violation: 'a latched region is answered again before a failback',
  },
  {
    name: 'a region that cannot read the table calls itself serving',
    subject: withRules({
      decideRegionHealth: (region, check) => R.decideRegionHealth(region, { ...check, tableReadable: true }),
    }),
    // The standby's latch guards the same, so that it takes two faults at once.
    run: { mode: 'automatic', from: ['failed over'], faults: 2, commands: 0, depth: 4, dns: true },
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
    run: {
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
    run: { mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: "the guard does not look at the lag's age",
    subject: withRules({ judgeLag: (evidence, guard) => R.judgeLag(evidence && { ...evidence, ageMs: 0 }, guard) }),
    run: { mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: 'an approval is not asked for',
    subject: withRules({ approvalHolds: () => true }),
    run: { mode: 'automatic', from: ['about to judge an old lag'], faults: 1, commands: 0, depth: 5 },
    violation: 'a promotion that nobody approved loses more than the guard allows',
  },
  {
    name: 'an epoch may promote again',
    subject: withRules({ promotionIsFirstOfEpoch: () => true }),
    run: { mode: 'automatic', from: ['about to promote'], faults: 1, commands: 1, depth: 5 },
    violation: 'an epoch begins a second promotion',
  },
  {
    name: 'a process that was suspended goes on with what it had decided',
    subject: withRules({ effectIsCurrent: () => true }),
    run: { mode: 'automatic', from: ['about to switch back'], faults: 1, commands: 1, depth: 8 },
    quickRun: { mode: 'automatic', from: ['suspended before the switchover'], faults: 0, commands: 1, depth: 7 },
    violation: 'a call of an old epoch moves the database',
  },
  {
    name: 'a controller acts on what it remembers',
    subject: { ...REAL_SUBJECT, recordToActOn: (ledger, remembered) => remembered ?? ledger },
    run: { mode: 'automatic', from: ['steady'], faults: 1, commands: 0, depth: 6, liveness: true },
    violation: 'no region serves 60 rounds after the last fault',
  },
];
