import { keepsPromisesFrom } from './search/random-walks';

describe('the recovery, in a world where anything may happen', () => keepsPromisesFrom(5_000));
