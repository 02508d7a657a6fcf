import type { TerraformAccount } from './terraform-account';

/** AWS itself, with the credentials of the environment. The environment's settings say which account they must be of. */
export const awsAccount: TerraformAccount = {
  description: 'AWS, with the credentials of this environment',
  endpoint: undefined,
  environment: () => Promise.resolve({}),
  override: () => undefined,
  enterNetwork: () => undefined,
};
