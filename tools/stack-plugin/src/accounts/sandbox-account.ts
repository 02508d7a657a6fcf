import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, SandboxError, startSandbox } from '@dr/aws-sandbox';
import { UserError } from '../errors';
import type { SandboxProgram } from '../platform-tools';
import {
  type Backend,
  localBackendOverride,
  providerOverride,
  s3BackendOverride,
  type TerraformAccount,
} from './terraform-account';

/**
 * The sandbox account on this machine; it is started when it is not running.
 *
 * @param onStarted called once when this call started it
 * @param backend where its states are: in the account's folder, or in its buckets as in AWS
 * @throws UserError with what it said where it does not start
 */
export async function sandboxAccount(
  { program }: SandboxProgram,
  workspaceRoot: string,
  environment: NodeJS.ProcessEnv,
  onStarted: (sandbox: Sandbox) => void,
  backend: Backend = 'local',
): Promise<TerraformAccount> {
  const home = environment['DR_SANDBOX_HOME'] ?? join(workspaceRoot, '.sandbox');
  const options = program === undefined ? { home } : { home, program };
  const sandbox = await startSandbox(options).catch((error: unknown) => {
    throw error instanceof SandboxError ? new UserError(error.message) : error;
  });
  if (sandbox.started) onStarted(sandbox);
  return {
    confirm: () =>
      Promise.resolve({
        described: `sandbox account (process ${sandbox.pid}, ${sandbox.endpoint})`,
        by: userInfo().username,
      }),
    endpoint: sandbox.endpoint,
    ...(backend === 'local' ? { statesFolder: sandbox.statesFolder } : {}),
    enterNetwork: () => sandbox.enterNetwork(),
    automated: async () => (await sandbox.status()).automated,
    environment: (workFolder, use) => sandbox.env({ workFolder, ...use }),
    override: (terraformJson) => ({
      ...(backend === 's3' ? s3BackendOverride(terraformJson, sandbox.endpoint) : localBackendOverride(terraformJson)),
      ...providerOverride(terraformJson, { allowed_account_ids: [sandbox.accountId] }),
    }),
  };
}
