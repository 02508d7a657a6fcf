import type { PlanReport } from './plan-report';
import type { PlannedChange } from './planned-changes';

/**
 * How a state is, beside what is recorded as deployed:
 * - `as-deployed`: nothing was changed outside Terraform, and a deploy would change nothing
 * - `drifted`: changed outside Terraform, or a deploy of what is recorded as deployed would change it
 * - `pending`: the code, or what it reads, has changes that are not deployed
 * - `unknown`: it could not be planned
 */
export type DriftKind = 'as-deployed' | 'drifted' | 'pending' | 'unknown';

export interface StateDrift {
  readonly state: string;
  readonly stack: string;
  readonly region: string;
  readonly kind: DriftKind;
  /** From what is recorded to what is there, and what a deploy of the same code would change. */
  readonly drift: readonly PlannedChange[];
  /** Changes of the code that are not deployed. */
  readonly pending: number;
  readonly problem?: string;
}

/** Drift of every state of a plan. */
export function driftOf({ states }: PlanReport): readonly StateDrift[] {
  return states.map(({ state, stack, region, outcome, problem, asDeployed, provisional, ...plan }): StateDrift => {
    const changes = plan.changes as readonly PlannedChange[];
    const drift = plan.drift as readonly PlannedChange[];
    const of = { state, stack, region };
    if (outcome !== 'planned') {
      return { ...of, kind: 'unknown', drift, pending: 0, ...(problem === undefined ? {} : { problem }) };
    }
    if (asDeployed && !provisional) {
      const named = new Set(drift.map(({ address }) => address));
      const all = [...drift, ...changes.filter(({ address }) => !named.has(address))];
      return { ...of, kind: all.length > 0 ? 'drifted' : 'as-deployed', drift: all, pending: 0 };
    }
    const kind = drift.length > 0 ? 'drifted' : changes.length > 0 ? 'pending' : 'as-deployed';
    return { ...of, kind, drift, pending: changes.length };
  });
}
