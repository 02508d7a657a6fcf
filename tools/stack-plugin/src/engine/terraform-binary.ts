import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { namedTerraformMissing, notATerraform, terraformTooOld } from '../errors';

/** Write-only arguments, which keep the database password out of the state, need it. */
export const MINIMUM_TERRAFORM = '1.11.0';

/** A Terraform or OpenTofu that can be run. */
export interface TerraformBinary {
  readonly command: string;
  /** `1.11.4` */
  readonly version: string;
}

/** Runs `<command> version -json` and returns what it prints; throws ENOENT where there is no such command. */
export type VersionProbe = (command: string) => Promise<string>;

/** Arguments of the shell would come before its own; a run with them is refused by name once its account is opened. */
const NO_ARGUMENTS = { TF_CLI_ARGS: '', TF_CLI_ARGS_version: '' };

const probeVersion: VersionProbe = async (command) => {
  const env = { ...process.env, ...NO_ARGUMENTS, CHECKPOINT_DISABLE: '1' };
  return (await promisify(execFile)(command, ['version', '-json'], { env })).stdout;
};

/**
 * The Terraform to use: the one that TERRAFORM_BINARY_NAME names, else `terraform`, else `tofu` on the PATH, else a
 * pinned version that is fetched.
 *
 * @param fetchTerraform makes a pinned Terraform available and returns its path
 * @throws UserError when none can be run or the one found is too old
 */
export async function findTerraform(
  environment: NodeJS.ProcessEnv,
  fetchTerraform: () => Promise<string>,
  probe: VersionProbe = probeVersion,
): Promise<TerraformBinary> {
  const named = environment['TERRAFORM_BINARY_NAME'];
  if (named) {
    const binary = await tryBinary(named, probe);
    if (!binary) throw namedTerraformMissing(named);
    return binary;
  }
  for (const command of ['terraform', 'tofu']) {
    const binary = await tryBinary(command, probe);
    if (binary) return binary;
  }
  const fetched = await fetchTerraform();
  const binary = await tryBinary(fetched, probe);
  if (!binary) throw notATerraform(fetched, 'it cannot be run');
  return binary;
}

async function tryBinary(command: string, probe: VersionProbe): Promise<TerraformBinary | undefined> {
  let output: string;
  try {
    output = await probe(command);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw notATerraform(command, 'its version cannot be asked');
  }
  const version = parseVersion(output);
  if (!version) throw notATerraform(command, 'it prints no version');
  if (compareVersions(version, MINIMUM_TERRAFORM) < 0) throw terraformTooOld(command, version, MINIMUM_TERRAFORM);
  return { command, version };
}

function parseVersion(output: string): string | undefined {
  try {
    const version: unknown = JSON.parse(output.slice(output.indexOf('{')))['terraform_version'];
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

/** Negative when `a` is older; a pre-release counts as its release. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).slice(0, 3).map(Number));
  const difference = [0, 1, 2].map((part) => (left?.[part] ?? 0) - (right?.[part] ?? 0));
  return difference.find((part) => part !== 0) ?? 0;
}
