/** The settings of dev and prod deploy, are planned again without a change, and are destroyed, or protected. */
import { accountIdOf, promisedResources } from './synthesized';
import { TestAccount } from './workspace';

/** Deploys with an environment's own settings, into a sandbox account of its own number. */
function accountOf(name: 'dev' | 'prod') {
  const account = new TestAccount({ variables: { DR_SANDBOX_ACCOUNT: accountIdOf(name) } });
  const nx = (target: string) =>
    account.nx('run-many', '-t', target, '--output-style=stream', `--environment=${name}`, '--account=sandbox');
  return { account, nx };
}

describe.each(['dev', 'prod'] as const)('the platform with the settings of %s', (name) => {
  const { account, nx } = accountOf(name);
  afterAll(() => account.dispose());

  it('deploys everything that its inventories promise, and then plans no change', async () => {
    const first = await nx('deploy');
    expect(first.status).toBe(0);
    expect(account.deployedResources(name)).toEqual(promisedResources(name));

    const second = await nx('deploy');
    expect(second.status).toBe(0);
    expect(second.output).not.toMatch(/ to (add|change|destroy)/);
  });

  it(name === 'prod' ? 'refuses to be destroyed: what keeps data is protected' : 'is destroyed again', async () => {
    const { output, status } = await nx('destroy');
    const left = Object.values(account.deployedResources(name)).reduce((sum, count) => sum + count, 0);

    if (name === 'dev') {
      expect({ status, left }).toEqual({ status: 0, left: 0 });
    } else {
      expect(status).not.toBe(0);
      expect(output).toMatch(/protect/i);
      const kept = account.accountFiles().filter((file) => /aws_(rds_cluster|dynamodb_table)\/[^/]+\.json$/.test(file));
      expect(kept.length).toBeGreaterThanOrEqual(4);
    }
  });
});
