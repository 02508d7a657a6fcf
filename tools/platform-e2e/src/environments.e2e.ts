/** The settings of each protected environment deploy, are planned again without a change, and refuse to be destroyed. */
import { describeDeployed, isProtected } from './deployed-environment';
import { ENVIRONMENTS } from './synthesized';

it('are of an environment that is protected, and of one that is not', () => {
  expect([isProtected('prod'), isProtected('dev')]).toEqual([true, false]);
});

for (const environment of ENVIRONMENTS.filter(isProtected)) describeDeployed(environment);
