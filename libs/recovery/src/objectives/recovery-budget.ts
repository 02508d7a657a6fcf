import { OBSERVATION_PERIOD_MS } from '../recovery-settings';
import { EVACUATED_AFTER_MS } from '../failover/automatic-evacuation';
import { SWITCHOVER_BEGINS_WITHIN_MS } from '../failover/evacuation-steps';
import { LONGEST_TRAIL_MS } from '../promotion-guard/canary-trail';
import type { Fact, RecoveryFacts } from './recovery-facts';

/** How a term is known. */
export type Basis = 'documented' | 'measured' | 'assumed';

/** One part of a recovery. */
export interface BudgetTerm {
  readonly name: string;
  /** In the unit of its tier. */
  readonly typical: number;
  readonly worst: number;
  /** Whether `worst` bounds no recovery, and is the time after which a person is called. @default false */
  readonly isCall?: boolean;
  readonly basis: Basis;
  readonly source: string;
  /** Facts that it is computed from; none for a term that the platform cannot set. */
  readonly facts: readonly Fact[];
}

export type TierName =
  | 'entry'
  | 'strongly consistent writes'
  | 'SQL writes'
  | 'SQL writes, approved'
  | 'impaired entry'
  | 'database loss'
  | 'database loss, unseen'
  | 'database loss, unseen without a trail'
  | 'table loss'
  | 'hand-back'
  | 'evacuation'
  | 'failing entry or writer';

/** Duration or loss of a recovery of one kind: the sum of its terms. */
export interface TierBudget {
  readonly tier: TierName;
  readonly meaning: string;
  readonly unit: 's' | 'ms';
  readonly terms: readonly BudgetTerm[];
  readonly typical: number;
  /** Where a term is a call: the time by which clients are served, or a person is called. */
  readonly worst: number;
  readonly isCall: boolean;
}

/** A checker waits 4 s for a connection and 2 s more for the answer [Route 53 developer guide, health checks]. */
const CONNECT_TIMEOUT_SECONDS = 4;
const ANSWER_TIMEOUT_SECONDS = 2;

/** Between two rounds of the failover controller. */
const ROUND_SECONDS = OBSERVATION_PERIOD_MS / 1_000;
/** Time that a region without an answer costs a round. */
const LOOK_SECONDS = 2;
/** Of a function that is cold. */
const START_SECONDS = 1;
/** AWS says minutes, and no number [Aurora user guide, managed failovers of global databases]. */
const TYPICAL_PROMOTION_SECONDS = 120;

/** A person who is called, reads what is lost, and types. */
const TYPICAL_APPROVAL_SECONDS = 300;

/** [re:Invent 2025, DAT441] */
const TYPICAL_SWITCHOVER_SECONDS = 30;

/** Sums the cost of losing the primary region, tier by tier, from its first failed request to served clients. */
export function sumBudget(facts: RecoveryFacts): readonly TierBudget[] {
  const entry = [detection(facts), verdict, resolvers(facts), reconnect];
  const evacuation = [drain(facts), switchover, proof(facts), reconnect];
  return [
    tier('entry', 'Clients reach the standby after the primary stopped answering', 's', entry),
    tier('strongly consistent writes', 'The standby acknowledges writes to strongly consistent tables', 's', [
      ...entry,
      retry,
    ]),
    tier('SQL writes', 'The standby acknowledges SQL writes, where nobody has to approve', 's', [
      ...closed(facts),
      ...promoted(facts),
    ]),
    tier(
      'SQL writes, approved',
      `The same where a person approves: in mode approval, where more would be lost than the objective allows, and at a second failure within the cooldown of ${facts.cooldown.value} s`,
      's',
      [...closed(facts), approval(facts), ...promoted(facts)],
    ),
    tier('impaired entry', 'Clients leave a primary that still answers, but fails', 's', [...entry, keepAlive(facts)]),
    tier('database loss', 'SQL writes that a promotion loses which no person approved', 'ms', [replicationLag(facts)]),
    tier(
      'database loss, unseen',
      "SQL writes that it loses where replication stalls, and the region dies after its controller's last record of the canary",
      'ms',
      [replicationLag(facts), recordAge, isolation(facts)],
    ),
    tier(
      'database loss, unseen without a trail',
      'The same where no record of the canary is known, and the lag decides that was measured last',
      'ms',
      [replicationLag(facts), measurementAge(facts), isolation(facts)],
    ),
    tier('table loss', 'Writes to eventually consistent tables that are not in the standby yet', 'ms', [
      {
        name: 'replication latency',
        typical: 1_000,
        worst: facts.tableLagAlarm.value,
        basis: 'assumed',
        source:
          'Usually within 1 s [DynamoDB developer guide, global tables]; at worst the latency at which an alarm notifies',
        facts: [facts.tableLagAlarm],
      },
    ]),
    tier(
      'hand-back',
      'SQL writes wait for a region that fails for some seconds only, whose epoch is handed back',
      's',
      [...closed(facts), goodRounds(facts), reconnect],
    ),
    tier('evacuation', 'SQL writes wait during an evacuation or a failback; nothing is lost', 's', evacuation),
    tier(
      'failing entry or writer',
      'SQL writes wait for a region whose entry serves nobody, or whose writer takes no writes, until it is evacuated',
      's',
      [observation(facts), handover(facts), patience, agreement(facts), ...evacuation],
    ),
  ];
}

/** Until no earlier writer can write any more. */
const closed = (facts: RecoveryFacts) => [observation(facts), handover(facts), drain(facts)];
/** From there until the standby takes writes. */
const promoted = (facts: RecoveryFacts) => [promotion(facts), proof(facts), reconnect];

function detection({ checkInterval, failureThreshold }: RecoveryFacts): BudgetTerm {
  const checks = failureThreshold.value;
  return {
    name: 'detection',
    typical: checks * (checkInterval.value + CONNECT_TIMEOUT_SECONDS),
    worst: checks * (checkInterval.value + CONNECT_TIMEOUT_SECONDS + ANSWER_TIMEOUT_SECONDS),
    basis: 'documented',
    source: 'Interval and timeouts of a check [Route 53 developer guide]; their sum for a silent endpoint is inferred',
    facts: [checkInterval, failureThreshold],
  };
}

function observation({ controllerThreshold }: RecoveryFacts): BudgetTerm {
  const rounds = controllerThreshold.value;
  return {
    name: 'observation',
    typical: (rounds - 0.5) * ROUND_SECONDS,
    worst: rounds * ROUND_SECONDS + LOOK_SECONDS,
    basis: 'measured',
    source: 'Rounds of the failover controller, one each 5 s, of 2 s at most; stacks drill',
    facts: [controllerThreshold],
  };
}

/**
 * Evidence of two runs is never mixed, and each waits for the drain by its own clock: what a run does not end, the next one
 * begins anew. Where runs overlap by all of that, the next one ends it: it has begun before.
 */
function handover(facts: RecoveryFacts): BudgetTerm {
  const { controllerPeriod, controllerRun, controllerThreshold, drainWait } = facts;
  const overlap = controllerRun.value - controllerPeriod.value;
  const again = controllerThreshold.value * ROUND_SECONDS + drainWait.value;
  return {
    name: 'handover',
    typical: 0,
    worst: overlap >= again ? START_SECONDS : Math.max(0, -overlap) + again + START_SECONDS,
    basis: 'assumed',
    source:
      'Runs overlap by the rounds of a failure and the drain: the last one alone may have to begin. One that ends before leaves all of it to the next',
    facts: [controllerPeriod, controllerRun, controllerThreshold, drainWait],
  };
}

function drain({ drainWait }: RecoveryFacts): BudgetTerm {
  return {
    name: 'drain',
    typical: drainWait.value,
    worst: drainWait.value + ROUND_SECONDS,
    basis: 'measured',
    source: 'Until every permit and call of the old writer has ended, and a round of the controller',
    facts: [drainWait],
  };
}

/** Most of them are over when the drain is. */
function goodRounds({ controllerThreshold }: RecoveryFacts): BudgetTerm {
  return {
    name: 'good rounds',
    typical: 0,
    worst: controllerThreshold.value * ROUND_SECONDS + LOOK_SECONDS,
    basis: 'measured',
    source:
      'The region is healthy in as many rounds as make a failure, which end with the drain or after it; second-failure.e2e',
    facts: [controllerThreshold],
  };
}

const patience: BudgetTerm = {
  name: 'patience',
  typical: EVACUATED_AFTER_MS / 1_000,
  worst: EVACUATED_AFTER_MS / 1_000 + ROUND_SECONDS,
  basis: 'measured',
  source: 'Time for what repairs itself: a restarted task, a writer that Aurora replaces; failing-writer.nightly',
  facts: [],
};

function agreement(facts: RecoveryFacts): BudgetTerm {
  const { controllerThreshold } = facts;
  return {
    name: 'agreement',
    typical: controllerThreshold.value * ROUND_SECONDS,
    worst: controllerThreshold.value * ROUND_SECONDS + LOOK_SECONDS + handover(facts).worst,
    basis: 'measured',
    source: "Good rounds of the other region by the holder's controller, perhaps begun anew; failing-writer.nightly",
    facts: [controllerThreshold],
  };
}

const switchover: BudgetTerm = {
  name: 'switchover',
  typical: TYPICAL_SWITCHOVER_SECONDS,
  worst: SWITCHOVER_BEGINS_WITHIN_MS / 1_000 + TYPICAL_SWITCHOVER_SECONDS,
  basis: 'assumed',
  source: 'About 30 s [re:Invent 2025, DAT441]; one that Aurora does not begin within a minute is given up',
  facts: [],
};

function promotion({ promotionTimeout }: RecoveryFacts): BudgetTerm {
  return {
    name: 'promotion',
    typical: Math.min(TYPICAL_PROMOTION_SECONDS, promotionTimeout.value),
    worst: promotionTimeout.value,
    isCall: true,
    basis: 'assumed',
    source: 'Minutes [Aurora user guide, managed failovers], without a bound',
    facts: [promotionTimeout],
  };
}

/** Called at once; how long a person takes has no bound. */
function approval({ cooldown }: RecoveryFacts): BudgetTerm {
  return {
    name: 'approval',
    typical: TYPICAL_APPROVAL_SECONDS,
    worst: 0,
    isCall: true,
    basis: 'assumed',
    source: 'A person who is called reads what would be lost, and types approve',
    facts: [cooldown],
  };
}

function proof({ proofTimeout }: RecoveryFacts): BudgetTerm {
  return {
    name: 'proof',
    typical: ROUND_SECONDS,
    worst: proofTimeout.value,
    isCall: true,
    basis: 'assumed',
    source: 'The promoted writer takes a write by the Data API',
    facts: [proofTimeout],
  };
}

const verdict: BudgetTerm = {
  name: 'verdict',
  typical: 1,
  worst: 5,
  basis: 'assumed',
  source: 'From the checkers to the answers of the name servers; AWS states no time for it',
  facts: [],
};

function resolvers({ recordTtl, isAlias }: RecoveryFacts): BudgetTerm {
  return {
    name: 'resolvers',
    typical: recordTtl.value / 2,
    worst: recordTtl.value,
    basis: 'documented',
    source: isAlias
      ? 'An alias to a load balancer is answered with a TTL of 60 s [Route 53 developer guide, alias records]'
      : 'TTL of the records; a resolver that ignores it is not in here',
    facts: [recordTtl],
  };
}

const reconnect: BudgetTerm = {
  name: 'reconnect',
  typical: 1,
  worst: 5,
  basis: 'assumed',
  source: 'A client gives up a silent connection, asks for the name again and connects',
  facts: [],
};

const retry: BudgetTerm = {
  name: 'retry',
  typical: 0,
  worst: 1,
  basis: 'assumed',
  source:
    'The table takes writes in the standby all the time [DynamoDB developer guide, multi-Region strong consistency]; one retry',
  facts: [],
};

function replicationLag({ databaseLagAlarm, guardedLoss }: RecoveryFacts): BudgetTerm {
  const bound = guardedLoss.value >= databaseLagAlarm.value ? guardedLoss : databaseLagAlarm;
  return {
    name: 'replication lag',
    typical: 1_000,
    worst: bound.value,
    basis: 'assumed',
    source:
      'Typically under 1 s [Aurora user guide, global databases]; at worst the lag up to which neither the guard waits for a person nor an alarm notifies',
    facts: [bound],
  };
}

const recordAge: BudgetTerm = {
  name: 'record age',
  typical: ROUND_SECONDS * 1_000,
  worst: LONGEST_TRAIL_MS,
  basis: 'assumed',
  source: 'The holder records its canary each round; at worst the oldest record that decides',
  facts: [],
};

function measurementAge({ lagAge }: RecoveryFacts): BudgetTerm {
  return {
    name: 'measurement age',
    typical: 60_000,
    worst: lagAge.value,
    basis: 'documented',
    source: 'The lag is published once a minute [Aurora user guide, metrics]; at worst the oldest that the guard takes',
    facts: [lagAge],
  };
}

function isolation({ drainWait }: RecoveryFacts): BudgetTerm {
  return {
    name: 'isolation',
    typical: 0,
    worst: drainWait.value * 1_000,
    basis: 'assumed',
    source: 'A primary that is cut off, and not dead, goes on writing until its permits have ended',
    facts: [drainWait],
  };
}

function keepAlive({ clientKeepAlive }: RecoveryFacts): BudgetTerm {
  return {
    name: 'keep-alive',
    typical: clientKeepAlive.value / 2,
    worst: clientKeepAlive.value,
    basis: 'documented',
    source: 'How long a load balancer keeps a connection; 60 s is its least [Elastic Load Balancing, client keepalive]',
    facts: [clientKeepAlive],
  };
}

function tier(name: TierName, meaning: string, unit: TierBudget['unit'], terms: readonly BudgetTerm[]): TierBudget {
  const sum = (read: (term: BudgetTerm) => number) => terms.reduce((total, term) => total + read(term), 0);
  return {
    ...{ tier: name, meaning, unit, terms },
    typical: sum((term) => term.typical),
    worst: sum((term) => term.worst),
    isCall: terms.some((term) => term.isCall === true),
  };
}
