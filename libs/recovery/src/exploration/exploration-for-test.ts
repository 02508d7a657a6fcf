import type { FailoverMode } from '../recovery-settings';
import { type Exploration, explore, formatCounterexample } from './explore';
import { type Budget, REAL_DECISIONS, RecoveryModel, type ROOTS } from './recovery-model';
import { TAKEN_GUARDS } from './taken-guards-for-test';

export interface ExplorationScope extends Budget {
  readonly from: readonly (keyof typeof ROOTS)[];
  readonly mode: FailoverMode;
  readonly depth: number;
  /** Whether every state must also lead to one that serves, once nothing fails any more. */
  readonly liveness?: boolean;
}

/** How deep a run goes, and how many states it must visit. */
interface Extent {
  readonly depth: number;
  readonly states: number;
}

/** One run at both extents: `quick` with the unit tests, `full` every night. */
interface ScopeOfTwoExtents extends Omit<ExplorationScope, 'depth'> {
  readonly quick: Extent;
  readonly full: Extent;
}

/** All interleavings of two services, two controllers, Aurora, time, an operator and the faults, to a depth. */
const RUNS: readonly ScopeOfTwoExtents[] = [
  {
    from: ['steady'],
    mode: 'automatic',
    faults: 1,
    commands: 0,
    liveness: true,
    quick: { depth: 8, states: 24_399 },
    full: { depth: 11, states: 134_216 },
  },
  {
    from: ['steady'],
    mode: 'approval',
    faults: 1,
    commands: 1,
    quick: { depth: 6, states: 20_254 },
    full: { depth: 8, states: 140_426 },
  },
  {
    from: ['steady'],
    mode: 'observe',
    faults: 1,
    commands: 1,
    quick: { depth: 6, states: 19_830 },
    full: { depth: 8, states: 132_103 },
  },
  {
    from: ['steady'],
    mode: 'automatic',
    faults: 2,
    commands: 0,
    quick: { depth: 6, states: 26_091 },
    full: { depth: 8, states: 158_283 },
  },
  {
    from: ['failed over'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    liveness: true,
    quick: { depth: 5, states: 10_728 },
    full: { depth: 8, states: 178_663 },
  },
  {
    from: ['failback begun'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    liveness: true,
    quick: { depth: 4, states: 7_619 },
    full: { depth: 6, states: 99_823 },
  },
  {
    from: ['about to judge an old lag'],
    mode: 'automatic',
    faults: 1,
    commands: 0,
    liveness: true,
    quick: { depth: 5, states: 15_225 },
    full: { depth: 7, states: 145_962 },
  },
  {
    from: ['about to promote'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    liveness: true,
    quick: { depth: 5, states: 16_276 },
    full: { depth: 7, states: 197_012 },
  },
  {
    from: ['about to switch back'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    liveness: true,
    quick: { depth: 5, states: 23_382 },
    full: { depth: 6, states: 87_008 },
  },
  {
    from: ['suspended before the switchover'],
    mode: 'automatic',
    faults: 0,
    commands: 1,
    liveness: true,
    quick: { depth: 7, states: 14_402 },
    full: { depth: 10, states: 124_518 },
  },
];

/** The same, and both regions' health checks, their copies that come and go, Route 53, and the primary's entry. */
const RUNS_WITH_DNS: readonly ScopeOfTwoExtents[] = [
  {
    from: ['steady'],
    mode: 'automatic',
    faults: 1,
    commands: 0,
    liveness: true,
    quick: { depth: 6, states: 9_414 },
    full: { depth: 8, states: 48_292 },
  },
  {
    from: ['steady'],
    mode: 'approval',
    faults: 1,
    commands: 1,
    quick: { depth: 5, states: 10_825 },
    full: { depth: 6, states: 37_532 },
  },
  {
    from: ['steady'],
    mode: 'automatic',
    faults: 2,
    commands: 0,
    quick: { depth: 5, states: 16_598 },
    full: { depth: 6, states: 54_742 },
  },
  {
    from: ['failed over'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    liveness: true,
    quick: { depth: 5, states: 19_188 },
    full: { depth: 6, states: 64_554 },
  },
  {
    from: ['failed over'],
    mode: 'automatic',
    faults: 2,
    commands: 0,
    liveness: true,
    quick: { depth: 4, states: 7_201 },
    full: { depth: 5, states: 25_748 },
  },
  {
    from: ['failback begun'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    liveness: true,
    quick: { depth: 4, states: 14_197 },
    full: { depth: 5, states: 62_914 },
  },
  {
    from: ['about to switch back'],
    mode: 'automatic',
    faults: 1,
    commands: 1,
    liveness: true,
    quick: { depth: 4, states: 7_372 },
    full: { depth: 5, states: 34_072 },
  },
];

/** Registers the tests of the exploration at one of its extents. */
export function describeExploration(extent: 'quick' | 'full'): void {
  const atExtent = ({ quick, full, ...run }: ScopeOfTwoExtents) => ({ ...run, ...{ quick, full }[extent] });

  describe('the recovery', () => {
    it.each(RUNS.map(atExtent))(
      'keeps its promises from $from in mode $mode, with $faults faults and $commands commands, $depth transitions deep: $states states',
      expectNoViolation,
    );

    it.each(RUNS_WITH_DNS.map(atExtent))(
      'keeps them in DNS too, from $from in mode $mode, with $faults faults and $commands commands, $depth transitions deep: $states states',
      (run) => expectNoViolation({ ...run, dns: true }),
    );
  });

  describe('a fault in the code is found: ', () => {
    it.each(TAKEN_GUARDS)('$name', ({ decisions, violation, scope, quickScope = scope }) => {
      const { counterexample } = explorationOf(extent === 'quick' ? quickScope : scope, decisions);

      expect(counterexample?.violation).toBe(violation);
    });
  });
}

function expectNoViolation({ states, ...run }: ExplorationScope & Extent): void {
  const exploration = explorationOf(run);

  expect(exploration.counterexample && formatCounterexample(exploration.counterexample)).toBeNull();
  expect(exploration.completedDepth).toBe(run.depth);
  expect(exploration.states).toBe(states);
}

function explorationOf(
  { from, mode, depth, liveness = false, ...budget }: ExplorationScope,
  decisions = REAL_DECISIONS,
): Exploration {
  const model = new RecoveryModel(decisions, mode, budget, from, liveness);
  return explore(model, { maximumDepth: depth, maximumStates: 2_000_000 });
}
