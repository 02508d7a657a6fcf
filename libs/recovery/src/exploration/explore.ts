/** One thing that can happen in a state. */
export interface Transition<State> {
  /** A sentence for the trace. */
  readonly label: string;
  readonly state: State;
  /** Invariant that this very transition broke, null when none. */
  readonly violation: string | null;
}

/** A system to explore: all that can happen in a state, in a fixed order. */
export interface Model<State> {
  readonly initial: readonly { readonly name: string; readonly state: State }[];
  next(state: State): Iterable<Transition<State>>;
  /** Equal keys mean that the same can happen from now on; symmetric states share a key. */
  key(state: State): string;
  /** Problem of a state, null when there is none. */
  check(state: State): string | null;
}

export interface ExplorationBounds {
  /** Transitions from an initial state. */
  readonly maximumDepth: number;
  /** Distinct states after which the exploration ends early, and says so. */
  readonly maximumStates: number;
}

export interface Exploration {
  /** Distinct states. */
  readonly states: number;
  readonly transitions: number;
  /** Depth up to which every state was visited. */
  readonly completedDepth: number;
  /** Whether no state was left to visit, or the bounded depth was reached. */
  readonly complete: boolean;
  readonly counterexample: Counterexample | null;
}

export interface Counterexample {
  readonly violation: string;
  /** The shortest sequence that leads to it, beginning with the name of the initial state. */
  readonly trace: readonly string[];
}

/** Breadth-first search through all states up to the bounds; it ends at the first violation, which is a nearest one. */
export function explore<State>(model: Model<State>, bounds: ExplorationBounds): Exploration {
  const seen = new Set<string>();
  // One entry a visited state: the entry it came from, and how. Enough to tell the way, without keeping the states.
  const parents: number[] = [];
  const labels: string[] = [];
  let frontier: { readonly index: number; readonly state: State }[] = [];
  let transitions = 0;
  let depth = 0;

  const traceTo = (index: number): string[] => {
    const trace: string[] = [];
    for (let at = index; at >= 0; at = parents[at] ?? -1) trace.unshift(labels[at] ?? '');
    return trace;
  };
  const finish = (complete: boolean, violation: string | null, trace: readonly string[]): Exploration => ({
    states: seen.size,
    transitions,
    completedDepth: depth,
    complete,
    counterexample: violation ? { violation, trace } : null,
  });
  const visit = (state: State, parent: number, label: string, into: typeof frontier): string | null => {
    const key = model.key(state);
    if (seen.has(key)) return null;
    seen.add(key);
    const index = parents.push(parent) - 1;
    labels.push(label);
    into.push({ index, state });
    return model.check(state);
  };

  for (const { name, state } of model.initial) {
    const violation = visit(state, -1, name, frontier);
    if (violation) return finish(false, violation, [name]);
  }
  while (frontier.length > 0 && depth < bounds.maximumDepth) {
    const following: typeof frontier = [];
    for (const { index, state } of frontier) {
      for (const transition of model.next(state)) {
        transitions += 1;
        const violation = transition.violation ?? visit(transition.state, index, transition.label, following);
        if (violation) return finish(false, violation, [...traceTo(index), transition.label]);
      }
      if (seen.size >= bounds.maximumStates) return finish(false, null, []);
    }
    frontier = following;
    depth += 1;
  }
  return finish(true, null, []);
}

/** A counterexample that a person can read. */
export function formatCounterexample({ violation, trace }: Counterexample): string {
  const [initial = '', ...steps] = trace;
  return [`violated: ${violation}`, `from: ${initial}`, ...steps.map((step, index) => `${index + 1}. ${step}`)].join(
    '\n',
  );
}
