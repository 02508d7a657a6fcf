import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { terraformMissing } from '../errors';
import { MINIMUM_TERRAFORM } from './terraform-binary';

/** The version that is fetched where none is installed. */
export const PINNED_TERRAFORM = '1.11.4';

/** What of `@hashicorp/js-releases` is used. */
export interface TerraformRelease {
  getBuild(platform: string, architecture: string): { readonly url: string; readonly filename: string } | undefined;
  download(url: string, zipFile: string, userAgent: string): Promise<void>;
  /** Checks checksum and HashiCorp's signature of it. */
  verify(zipFile: string, fileName: string): Promise<void>;
  unpack(folder: string, zipFile: string): Promise<void>;
}

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
const USER_AGENT = 'trading-disaster-recovery';

async function pinnedRelease(): Promise<TerraformRelease> {
  const { getRelease } = await import('@hashicorp/js-releases');
  return (await getRelease('terraform', PINNED_TERRAFORM, USER_AGENT)) as unknown as TerraformRelease;
}

/**
 * Fetches the pinned Terraform into `folder`, once, with its signature checked.
 *
 * @returns path of the binary
 * @throws UserError, one line that says what to install, when it cannot be fetched or its signature is wrong
 */
export async function fetchTerraform(
  folder: string,
  getRelease: () => Promise<TerraformRelease> = pinnedRelease,
): Promise<string> {
  const target = join(folder, PINNED_TERRAFORM);
  const binary = join(target, process.platform === 'win32' ? 'terraform.exe' : 'terraform');
  if (existsSync(binary)) return binary;
  try {
    const release = await getRelease();
    const build = release.getBuild(
      PLATFORMS[process.platform] ?? process.platform,
      ARCHITECTURES[process.arch] ?? process.arch,
    );
    if (!build) throw new Error(`no build for ${process.platform} ${process.arch}`);
    await mkdir(target, { recursive: true });
    const zipFile = join(target, build.filename);
    await release.download(build.url, zipFile, USER_AGENT);
    await release.verify(zipFile, build.filename);
    await release.unpack(target, zipFile);
    return binary;
  } catch (error) {
    throw terraformMissing(MINIMUM_TERRAFORM, PINNED_TERRAFORM, (error as Error).message);
  }
}
