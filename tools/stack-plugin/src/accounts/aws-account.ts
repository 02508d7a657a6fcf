import { confirmIdentity } from './aws-identity';
import type { TerraformAccount } from './terraform-account';

/** AWS itself, with the credentials of the environment. The environment's settings say which account they must be of. */
export const awsAccount: TerraformAccount = {
  confirm: async ({ environment, accountId, region }) => {
    const { arn } = await confirmIdentity(environment, accountId, region);
    return { described: `AWS account ${accountId} (${arn})`, by: arn };
  },
  endpoint: undefined,
  environment: () => Promise.resolve({}),
  override: () => undefined,
  enterNetwork: () => undefined,
  automated: () => Promise.resolve(true),
};
