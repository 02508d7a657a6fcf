/** A fault in the code: a text of a source, and what stands in its place. */
export interface Fault {
  readonly name: string;
  /** Root of the walks that find it. */
  readonly root: string;
  /** Path from the workspace. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const LOOP = 'libs/recovery-runtime/src/run-recovery.ts';
const FENCE = 'libs/control-table/src/write-fence.ts';
const READER = 'libs/control-table/src/control-table-reader.ts';
const WRITER = 'libs/control-table/src/control-table-writer.ts';
const REGION_CHECK = 'libs/recovery-runtime/src/region-check/region-check.ts';
const PERMIT = 'libs/recovery/src/fencing/write-permit.ts';
const DRAIN = 'libs/recovery/src/fencing/drain-wait.ts';
const STEP_EFFECTS = 'libs/recovery/src/failover/step-effects.ts';
const FAILOVER = 'libs/recovery/src/failover/failover-steps.ts';
const EVACUATION = 'libs/recovery/src/failover/evacuation-steps.ts';
const HAND_BACK = 'libs/recovery/src/failover/hand-back.ts';
const TAKEOVER = 'libs/recovery/src/failover/takeover.ts';
const ENTRY = 'libs/recovery/src/failover/entry-failure.ts';
const AUTOMATIC = 'libs/recovery/src/failover/automatic-evacuation.ts';
const WRITES = 'libs/recovery/src/failover/write-failure.ts';
const CANARY = 'libs/recovery-runtime/src/write-canary/try-write.ts';
const TAKE = 'libs/recovery/src/failover/take-epoch.ts';
const GUARD = 'libs/recovery/src/promotion-guard/decide-promotion.ts';
const ROUND = 'libs/recovery/src/failure-detection/probe-round.ts';
const HEARTBEAT = 'libs/recovery/src/failure-detection/heartbeat.ts';
const DETECTION = 'libs/recovery/src/failure-detection/detection-state.ts';

/** Faults that the world has to find, each in the place where somebody would make it. */
export const FAULTS: readonly Fault[] = [
  {
    name: "the ledger's age counts from the end of its reading",
    root: 'a call rests on an old reading',
    file: LOOP,
    from: '  return { record, readStartedAtMs };',
    to: '  return { record, readStartedAtMs: ports.monotonicMs() };',
  },
  {
    name: 'a closing is seen when its reading begins',
    root: 'a region fails its checks, and writes on',
    file: LOOP,
    from: 'watchClosure(memory.closureWatch, record, ports.monotonicMs())',
    to: 'watchClosure(memory.closureWatch, record, readStartedAtMs)',
  },
  {
    name: 'nobody checks that an effect can end within the run',
    root: 'a database is about to be promoted',
    file: LOOP,
    from: '      if (ports.monotonicMs() + callMs >= options.endByMs) return newest;\n',
    to: '',
  },
  {
    name: 'a suspended process goes on with what it had decided',
    root: 'a call rests on an old reading',
    file: LOOP,
    from: '!effectIsCurrent(effect, ports.monotonicMs())',
    to: 'false',
  },
  {
    name: 'a write that failed counts as proved',
    root: 'a region is dark, and its epoch is drained',
    file: LOOP,
    from: 'if (proved.ok) memory.provedAtVersion = version;',
    to: 'memory.provedAtVersion = version;',
  },
  {
    name: 'a notice that failed counts as delivered',
    root: 'a region is dark, and its epoch is drained',
    file: LOOP,
    from: 'delivered: sent.ok }',
    to: 'delivered: true }',
  },
  {
    name: 'a region that nobody could ask counts as healthy',
    root: 'steady',
    file: LOOP,
    from: 'successorHealthy: able === true,',
    to: 'successorHealthy: true,',
  },
  {
    name: 'a lost round of probes counts against the region',
    root: 'steady',
    file: LOOP,
    from: '...(probes ?? { shallow: [], deep: [], control: [] }),',
    to: "...{ ...(probes ?? { shallow: [], deep: [] }), control: [{ via: 'x', outcome: 'answered' as const, latencyMs: 0 }] },",
  },
  {
    name: 'a proof counts from the end of its reading',
    root: 'a region fails its checks, and writes on',
    file: FENCE,
    from: "consistency: 'strong', readStartedAtMs };",
    to: "consistency: 'strong', readStartedAtMs: this.monotonicMs() };",
  },
  {
    name: 'a write is given more time than its permit has',
    root: 'a region fails its checks, and writes on',
    file: FENCE,
    from: 'const timeLeftMs = () => permit.finishByMs - this.monotonicMs();',
    to: 'const timeLeftMs = () => permit.finishByMs - this.monotonicMs() + 10_000;',
  },
  {
    name: 'writes go on when the ledger cannot be read',
    root: 'a region is cut off, and still there',
    file: FENCE,
    from: 'return { granted: false, reason: `${known.reason}, and the control record cannot be read (${problem})` };',
    to: 'return { granted: true, epoch: this.proof?.record.epoch ?? 1, finishByMs: this.monotonicMs() + 5_000 };',
  },
  {
    name: 'a refusal is never checked again',
    root: 'failed over',
    file: FENCE,
    from: 'if (known.granted) {',
    to: 'if (!known.granted && this.proof) return known;\n    if (known.granted) {',
  },
  {
    name: 'the ledger is read without strong consistency',
    root: 'steady',
    file: READER,
    from: 'ConsistentRead: true',
    to: 'ConsistentRead: false',
  },
  {
    name: 'the ledger is written without a condition',
    root: 'a region is dark, and its epoch is drained',
    file: WRITER,
    from: "ConditionExpression: '#version = :expected',",
    to: '',
  },
  {
    name: 'a result of the health check is kept for ever',
    root: 'failed over',
    file: REGION_CHECK,
    from: 'nowMs - endedAtMs >= RESULT_LIFETIME_MS',
    to: 'false',
  },
  {
    name: 'a health check calls itself able without a database',
    root: 'steady',
    file: REGION_CHECK,
    from: 'databaseReachable: database.ok,',
    to: 'databaseReachable: true,',
  },
  {
    name: 'a permit never ages',
    root: 'a region fails its checks, and writes on',
    file: PERMIT,
    from: 'ageMs >= settings.permitLeaseMs',
    to: 'false',
  },
  {
    name: 'a permit is given while SQL is closed',
    root: 'a region is cut off, and still there',
    file: PERMIT,
    from: "record.sqlWrites !== 'open'",
    to: 'false',
  },
  {
    name: 'a permit is given to whoever asks',
    root: 'failed over',
    file: PERMIT,
    from: 'record.holder !== region',
    to: 'false',
  },
  {
    name: 'a write may be in flight for twice as long as it may be',
    root: 'a region fails its checks, and writes on',
    file: PERMIT,
    from: 'monotonicMs + settings.inFlightMs',
    to: 'monotonicMs + 2 * settings.inFlightMs',
  },
  {
    name: 'the drain does not reckon with clocks of different rates',
    root: 'a region fails its checks, and writes on',
    file: DRAIN,
    from: '((permitLeaseMs + inFlightMs) * (MILLION + clockRateDriftPpm)) / (MILLION - clockRateDriftPpm)',
    to: 'permitLeaseMs + inFlightMs + 0 * clockRateDriftPpm',
  },
  {
    name: 'the drain forgets what is in flight',
    root: 'a region fails its checks, and writes on',
    file: DRAIN,
    from: 'ceil(((permitLeaseMs + inFlightMs)',
    to: 'ceil(((permitLeaseMs + 0 * inFlightMs)',
  },
  {
    name: 'the drain forgets the lease',
    root: 'a region fails its checks, and writes on',
    file: DRAIN,
    from: 'ceil(((permitLeaseMs + inFlightMs)',
    to: 'ceil(((0 * permitLeaseMs + inFlightMs)',
  },
  {
    name: 'nobody waits for the drain',
    root: 'a region is cut off, and still there',
    file: STEP_EFFECTS,
    from: 'closureWatch?.closedAtVersion !== record.closedAtVersion',
    to: 'true) return proceed();\n  if (closureWatch?.closedAtVersion !== record.closedAtVersion',
  },
  {
    name: 'the wait of an earlier closing counts for a later one',
    root: 'going back',
    file: 'libs/recovery/src/fencing/closure-watch.ts',
    from: 'watch?.closedAtVersion === record.closedAtVersion && watch.seenAtMs <= readEndedAtMs) return watch;',
    to: 'watch !== null) return { ...watch, closedAtVersion: record.closedAtVersion };',
  },
  {
    name: 'an epoch may promote again',
    root: 'a database is about to be promoted',
    file: GUARD,
    from: 'return record.promotionEpoch < record.epoch;',
    to: 'return record.epoch > 0;',
  },
  {
    name: 'the guard does not look at the lag',
    root: 'too much would be lost',
    file: GUARD,
    from: '...(lag.acceptable ? [] : [lag.reason]),',
    to: '',
  },
  {
    name: 'the guard does not look at the age of the lag',
    root: 'a lag is old',
    file: 'libs/recovery/src/promotion-guard/lag-evidence.ts',
    from: 'ageMs > settings.maximumLagAgeMs',
    to: 'false',
  },
  {
    name: 'the controller promotes in every mode',
    root: 'a region is dark, and its epoch is drained',
    file: GUARD,
    from: "mode === 'automatic' ? []",
    to: 'mode !== undefined ? []',
  },
  {
    name: 'a promotion follows another at once',
    root: 'gone back',
    file: GUARD,
    from: 'cooldownLeftMs(record, wallClockMs, settings) > 0',
    to: 'cooldownLeftMs(record, wallClockMs, settings) < 0',
  },
  {
    name: 'the controller acts in mode observe',
    root: 'steady',
    file: TAKEOVER,
    from: "settings.mode === 'observe'",
    to: '(false as boolean)',
  },
  {
    name: 'a region that cannot serve takes over',
    root: 'steady',
    file: TAKEOVER,
    from: "kind !== 'failed' || !successorHealthy",
    to: "kind !== 'failed'",
  },
  {
    name: 'SQL opens before a write is proved',
    root: 'a region is dark, and its epoch is drained',
    file: STEP_EFFECTS,
    from: 'situation.provedAtVersion === record.version',
    to: 'true',
  },
  {
    name: 'a stuck promotion is tried again in its epoch',
    root: 'a database is about to be promoted',
    file: FAILOVER,
    from: "if (record.step === 'promotion-stuck') return waitForPerson(situation, settings);",
    to: '',
  },
  {
    name: 'an evacuation promotes',
    root: 'failed over',
    file: EVACUATION,
    from: "kind: 'switch-over'",
    to: "kind: 'promote'",
  },
  {
    name: 'an evacuation does not close SQL',
    root: 'going back',
    file: EVACUATION,
    from: "sqlWrites: 'closed',\n",
    to: "sqlWrites: 'open',\n",
  },
  {
    name: 'the preferred region calls itself serving whoever holds',
    root: 'failed over',
    file: 'libs/recovery/src/fencing/region-health.ts',
    from: 'const isExcluded = region === preferred &&',
    to: 'const isExcluded = region === `not ${preferred}` &&',
  },
  {
    name: 'only the standby takes over',
    root: 'the region that took over fails',
    file: TAKEOVER,
    from: 'region === null || region === holder ||',
    to: 'region === null || holder !== settings.regions.primary ||',
  },
  {
    name: 'a takeover promotes the standby whoever holds',
    root: 'the region that took over fails',
    file: FAILOVER,
    from: "kind: 'promote', target: holder,",
    to: "kind: 'promote', target: settings.regions.standby,",
  },
  {
    name: 'an evacuation keeps the epoch',
    root: 'going back',
    file: EVACUATION,
    from: 'epoch: record.epoch + 1,',
    to: 'epoch: record.epoch,',
  },
  {
    name: 'an epoch is taken without a new number',
    root: 'a region is dark, and its epoch is drained',
    file: TAKE,
    from: 'epoch: record.epoch + 1,',
    to: '',
  },
  {
    name: 'an epoch is taken with SQL open',
    root: 'a region is cut off, and still there',
    file: TAKE,
    from: "sqlWrites: 'closed',",
    to: "sqlWrites: 'open',",
  },
  {
    name: 'an observer that reaches nothing blames the other region',
    root: 'steady',
    file: ROUND,
    from: '!round.control.some(answered) || round.deep.length === 0',
    to: 'round.deep.length === 0',
  },
  {
    name: 'a throttled probe counts against the region',
    root: 'steady',
    file: ROUND,
    from: "if (round.deep.some(unknown)) return { grade: 'unknown', shape: 'none' };",
    to: '',
  },
  {
    name: 'one bad round is a failure',
    root: 'steady',
    file: DETECTION,
    from: 'consecutiveBad >= settings.failureThreshold',
    to: 'consecutiveBad >= 1',
  },
  {
    name: 'a promotion goes on although the region is back',
    root: 'steady',
    file: FAILOVER,
    from: 'const objection = isApproved ? null : objectionToPromotion(situation, from, settings);',
    to: 'const objection = (isApproved ? null : null) as Effect | null;',
  },
  {
    name: 'nothing is handed back',
    root: 'steady',
    file: FAILOVER,
    from: 'const handBack = decideHandBack(situation, settings);',
    to: 'const handBack = null as Effect | null;',
  },
  {
    name: 'a hand-back does not look at what was intended',
    root: 'steady',
    file: HAND_BACK,
    from: '!situation.record.isMoveIntended && writerRestsIn',
    to: 'writerRestsIn',
  },
  {
    name: 'nobody notes that a promotion is intended',
    root: 'steady',
    file: FAILOVER,
    from: 'isMoveIntended: true',
    to: 'isMoveIntended: false',
  },
  {
    name: 'hand-backs have no end',
    root: 'steady',
    file: HAND_BACK,
    from: "if (isLimitReached('hand-back', record, wallClockMs)) return null;",
    to: '',
  },
  {
    name: 'a controller hands back what a person took',
    root: 'steady',
    file: HAND_BACK,
    from: "isBack && record.begunBy === 'controller'",
    to: 'isBack',
  },
  {
    name: 'nobody takes an epoch back from a region that fails',
    root: 'steady',
    file: HAND_BACK,
    from: "kind === 'failed' && successorHealthy",
    to: "kind === 'failed' && (false as boolean)",
  },
  {
    name: 'an evacuation is not given up when the region that is to serve fails',
    root: 'going back',
    file: EVACUATION,
    from: "return kind === 'failed' ? giveUp(",
    to: "return kind === ('never' as string) ? giveUp(",
  },
  {
    name: 'nobody takes over from a region that fails while it is evacuated',
    root: 'going back',
    file: TAKEOVER,
    from: 'if (region === null || region === holder ||',
    to: "if (step !== 'serving' || region === null || region === holder ||",
  },
  {
    name: 'a round goes on for as long as its calls hang',
    root: 'going back',
    file: LOOP,
    from: '      if (ports.monotonicMs() - beganAtMs >= LONGEST_ROUND_MS) break;\n',
    to: '',
  },
  {
    name: 'an entry that fails is left where it is',
    root: 'steady',
    file: ENTRY,
    from: 'return evacuation !== null && answeredRegion === region\n',
    to: 'return evacuation !== null && (answeredRegion as unknown) === 0\n',
  },
  {
    name: 'clients who are led away from a sound region are left there',
    root: 'steady',
    file: ENTRY,
    from: 'ledHereRounds >= enough',
    to: 'ledHereRounds > 10_000',
  },
  {
    name: 'a region is evacuated although checkers elsewhere find its entry well',
    root: 'steady',
    file: ENTRY,
    from: '&& answeredRegion === region\n',
    to: '&& answeredRegion !== undefined\n',
  },
  {
    name: 'nobody is told of an entry that fails',
    root: 'steady',
    file: ENTRY,
    from: 'if (send) return send;',
    to: 'if (send) return null;',
  },
  {
    name: 'a region is evacuated to one that was unhealthy lately',
    root: 'steady',
    file: AUTOMATIC,
    from: 'isOld(record.otherUnhealthyAtMs, HEALTHY_FOR_MS, wallClockMs)',
    to: '(true as boolean)',
  },
  {
    name: 'a region is evacuated at once',
    root: 'steady',
    file: AUTOMATIC,
    from: 'isOld(sinceMs, EVACUATED_AFTER_MS, wallClockMs)',
    to: '(true as boolean)',
  },
  {
    name: 'controllers evacuate without an end',
    root: 'steady',
    file: AUTOMATIC,
    from: "!isLimitReached('evacuation', record, wallClockMs)",
    to: '(true as boolean)',
  },
  {
    name: 'a writer that takes no writes is left where it is',
    root: 'steady',
    file: WRITES,
    from: 'return evacuateByItself(situation, settings, writeFailure.sinceMs, failure);',
    to: 'return failure === holder ? evacuateByItself(situation, settings, 0, failure) : null;',
  },
  {
    name: 'nobody is told of writes that fail',
    root: 'steady',
    file: WRITES,
    from: 'if (send) return send;',
    to: 'if (send) return null;',
  },
  {
    name: 'writes that failed once fail for ever',
    root: 'steady',
    file: WRITES,
    from: 'ageMs >= CONFIRMED_WITHIN_MS',
    to: 'ageMs > 86_400_000',
  },
  {
    name: 'writes that are taken again are not noted',
    root: 'steady',
    file: WRITES,
    from: 'writeFailure !== null && ownWrites.taken >= enough',
    to: 'writeFailure !== null && ownWrites.taken > 1_000',
  },
  {
    name: 'a refused write of a canary is taken for a taken one',
    root: 'steady',
    file: CANARY,
    from: "isTried ? 'refused' : 'unknown'",
    to: "isTried ? 'taken' : 'unknown'",
  },
  {
    name: 'a region that is alive and cut off counts as failed',
    root: 'regions are cut off from each other',
    file: HEARTBEAT,
    from: "if (assessment.kind !== 'failed' ||",
    to: "if (assessment.kind === 'failed' ||",
  },
  {
    name: 'a heartbeat never grows old',
    root: 'steady',
    file: HEARTBEAT,
    from: 'return ageMs < watch.beat.nextWithinMs;',
    to: 'return ageMs < 86_400_000;',
  },
  {
    name: 'the last beat of a run is good for no longer than the others',
    root: 'regions are cut off from each other',
    file: LOOP,
    from: 'isLast ? NEXT_RUNS_BEAT_MS : NEXT_BEAT_MS',
    to: 'isLast ? NEXT_BEAT_MS : NEXT_BEAT_MS',
  },
  {
    name: 'nobody is told of a region that is cut off',
    root: 'regions are cut off from each other',
    file: ENTRY,
    from: 'toldAfterMs: CUT_OFF_FOR_MS,',
    to: 'toldAfterMs: 86_400_000,',
  },
  {
    name: 'a ledger that is lost counts as one of a first deployment',
    root: 'steady',
    file: READER,
    from: 'if (newest === null) return initialControlRecord(regions[0], 0);',
    to: 'if (newest === null || newest.beat.epoch > 0) return initialControlRecord(regions[0], 0);',
  },
  {
    name: 'a run is not reported to the witness region',
    root: 'steady',
    file: LOOP,
    from: 'if (sequence > 0 && options.region !== null) reportRun(',
    to: 'if (sequence < 0 && options.region !== null) reportRun(',
  },
];
