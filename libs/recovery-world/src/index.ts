export { HAPPENINGS } from './happenings';
export { type Counterexample, findCounterexample, formatCounterexample, perform, randomWalk, type Walk } from './walk';
export { World } from './world';
