/** The settings of every environment that AWS is for deploy, are planned again without a change, and are destroyed, or protected. */
import { accountIdOf, DEFAULT_ENVIRONMENT, ENVIRONMENTS, promisedResources, readResources } from './synthesized';
import { outputOf, TestAccount } from './workspace';

/** Deploys with an environment's own settings, into a sandbox account of its own number. */
function accountOf(name: string) {
  const account = new TestAccount({ variables: { DR_SANDBOX_ACCOUNT: accountIdOf(name) } });
  const runStacks = (mode: 'deploy' | 'destroy') => account.runStacks(mode, { environment: name });
  return { account, runStacks };
}

/** Whether what keeps data may not be deleted. */
const isProtected = (name: string) =>
  readResources(name).some(
    ({ type, attributes }) => type === 'aws_rds_cluster' && attributes['deletion_protection'] === true,
  );

it('are of an environment that is protected, and of one that is not', () => {
  expect([isProtected('prod'), isProtected('dev')]).toEqual([true, false]);
});

const DEPLOYED = ENVIRONMENTS.filter((name) => name !== DEFAULT_ENVIRONMENT);

describe.each(DEPLOYED)('the platform with the settings of %s', (name) => {
  const { account, runStacks } = accountOf(name);
  afterAll(() => account.dispose());

  it('deploys everything that its inventories promise, and then plans no change', async () => {
    outputOf(await runStacks('deploy'));
    expect(account.deployedResources(name)).toEqual(promisedResources(name));
    expect(outputOf(await runStacks('deploy'))).not.toMatch(/ to (add|change|destroy)/);
  });

  it(isProtected(name) ? 'refuses to be destroyed: what keeps data is protected' : 'is destroyed again', async () => {
    const { output, status } = await runStacks('destroy');
    const left = Object.values(account.deployedResources(name)).reduce((sum, count) => sum + count, 0);

    if (!isProtected(name)) {
      expect({ status, left }).toEqual({ status: 0, left: 0 });
    } else {
      expect(status).not.toBe(0);
      expect(output).toMatch(/protect/i);
      const kept = account.accountFiles().filter((file) => /aws_(rds_cluster|dynamodb_table)\/[^/]+\.json$/.test(file));
      expect(kept.length).toBeGreaterThanOrEqual(4);
    }
  });
});
