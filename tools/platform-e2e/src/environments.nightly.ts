/** The settings of each environment that is not protected deploy, are planned again without a change, and are destroyed. */
import { describeDeployed, isProtected } from './deployed-environment';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from './synthesized';

const OTHERS = ENVIRONMENTS.filter((name) => name !== DEFAULT_ENVIRONMENT && !isProtected(name));

it('are of at least one environment beside the one that every suite deploys', () => {
  expect(OTHERS.length).toBeGreaterThan(0);
});

for (const environment of OTHERS) describeDeployed(environment);
