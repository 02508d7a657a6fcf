import { accountIdOf, promisedResources, readResources } from './synthesized';
import { outputOf, TestAccount } from './workspace';

/** Whether what keeps data may not be deleted. */
export const isProtected = (environment: string) =>
  readResources(environment).some(
    ({ type, attributes }) => type === 'aws_rds_cluster' && attributes['deletion_protection'] === true,
  );

/** Tests of an environment's own settings, in a sandbox account of its own number. */
export function describeDeployed(environment: string): void {
  describe(`the platform with the settings of ${environment}`, () => {
    const account = new TestAccount({ variables: { DR_SANDBOX_ACCOUNT: accountIdOf(environment) } });
    const runStacks = (mode: 'deploy' | 'destroy') => account.runStacks(mode, { environment });
    afterAll(() => account.dispose());

    it('deploys everything that its inventories promise, and then plans no change', async () => {
      outputOf(await runStacks('deploy'));
      expect(account.deployedResources(environment)).toEqual(promisedResources(environment));
      expect(outputOf(await runStacks('deploy'))).not.toMatch(/ to (add|change|destroy)/);
    });

    if (isProtected(environment)) {
      it('refuses to be destroyed: what keeps data is protected', async () => {
        const { output, status } = await runStacks('destroy');
        const kept = account.accountFiles().filter((file) => KEEPS_DATA.test(file));

        expect(status).not.toBe(0);
        expect(output).toMatch(/protect/i);
        expect(kept.length).toBeGreaterThanOrEqual(4);
      });
    } else {
      it('is destroyed again', async () => {
        const { status } = await runStacks('destroy');
        const left = Object.values(account.deployedResources(environment)).reduce((sum, count) => sum + count, 0);

        expect({ status, left }).toEqual({ status: 0, left: 0 });
      });
    }
  });
}

const KEEPS_DATA = /aws_(rds_cluster|dynamodb_table)\/[^/]+\.json$/;
