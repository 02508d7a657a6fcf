import { userInfo } from 'node:os';
import { emulatorNeedsEndpoint } from '../errors';
import { localBackendOverride, providerOverride, type TerraformAccount } from './terraform-account';

/**
 * Any AWS-compatible endpoint, with the real provider, which takes the endpoint from AWS_ENDPOINT_URL.
 * What the provider asks of AWS besides resources is left out; an emulator has its own account number.
 *
 * @throws UserError where AWS_ENDPOINT_URL is not set
 */
export function emulatorAccount(environment: NodeJS.ProcessEnv): TerraformAccount {
  const endpoint = environment['AWS_ENDPOINT_URL'];
  if (!endpoint) throw emulatorNeedsEndpoint();
  return {
    confirm: () => Promise.resolve({ described: `emulator at ${endpoint}`, by: userInfo().username }),
    endpoint,
    environment: () =>
      Promise.resolve({
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: environment['AWS_ACCESS_KEY_ID'] ?? 'emulator',
        AWS_SECRET_ACCESS_KEY: environment['AWS_SECRET_ACCESS_KEY'] ?? 'emulator',
      }),
    enterNetwork: () => undefined,
    automated: () => Promise.resolve(true),
    override(terraformJson) {
      return {
        ...localBackendOverride(terraformJson),
        ...providerOverride(terraformJson, {
          allowed_account_ids: null,
          skip_credentials_validation: true,
          skip_requesting_account_id: true,
          skip_metadata_api_check: 'true',
          s3_use_path_style: true,
        }),
      };
    },
  };
}
