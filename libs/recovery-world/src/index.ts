export { HAPPENINGS } from './happenings';
export type { LiveResult } from './matrix/live-results';
export { type Outcome, PAGE_SEED, PERSON_MS, runRow } from './matrix/run-row';
export { type Row, ROWS } from './matrix/scenarios';
export type { Verdict } from './matrix/verdict';
export { type Counterexample, findCounterexample, formatCounterexample, perform, randomWalk, type Walk } from './walk';
export { SERVED_MS, type Tier, TIERS, World } from './world';
