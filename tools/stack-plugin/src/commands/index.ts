export { base } from './base';
export { deployed } from './deployed';
export { destroyOrphan } from './destroy-orphan';
export { history } from './history';
export { move } from './move';
export { synthesizeStacks } from './nx';
export { accountOption, destinationOf, environmentOption } from './options';
export { reconcile } from './reconcile';
