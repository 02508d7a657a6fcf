import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { terraformMissing } from '../errors';
import { findTerraform, MINIMUM_TERRAFORM } from './terraform-binary';

/** The version that is fetched where none is installed. */
export const PINNED_TERRAFORM = '1.11.4';

/** Members of `@hashicorp/js-releases` that are used. */
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
 * Fetches the pinned Terraform into `folder`, once, with its signature checked. The binary appears complete or not at
 * all, whatever ends this process and however many fetch at once: it is unpacked beside its place and renamed.
 *
 * @returns path of the binary
 * @throws UserError, one line that says what to install, when it cannot be fetched or its signature is wrong
 */
export async function fetchTerraform(
  folder: string,
  getRelease: () => Promise<TerraformRelease> = pinnedRelease,
): Promise<string> {
  const name = process.platform === 'win32' ? 'terraform.exe' : 'terraform';
  const binary = join(folder, PINNED_TERRAFORM, name);
  if (existsSync(binary)) return binary;
  let draft: string | undefined;
  try {
    const release = await getRelease();
    const build = release.getBuild(
      PLATFORMS[process.platform] ?? process.platform,
      ARCHITECTURES[process.arch] ?? process.arch,
    );
    if (!build) throw new Error(`no build for ${process.platform} ${process.arch}`);
    await mkdir(join(folder, PINNED_TERRAFORM), { recursive: true });
    draft = await mkdtemp(join(folder, `${PINNED_TERRAFORM}-draft-`));
    const zipFile = join(draft, build.filename);
    await release.download(build.url, zipFile, USER_AGENT);
    await release.verify(zipFile, build.filename);
    await release.unpack(draft, zipFile);
    await rename(join(draft, name), binary);
    return binary;
  } catch (error) {
    throw terraformMissing(MINIMUM_TERRAFORM, PINNED_TERRAFORM, (error as Error).message);
  } finally {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true });
  }
}

/** The Terraform of a workspace: of the shell, else a pinned one that is fetched into its cache. @throws UserError */
export function terraformOf(workspaceRoot: string): ReturnType<typeof findTerraform> {
  return findTerraform(process.env, () => fetchTerraform(join(workspaceRoot, 'node_modules/.cache/terraform')));
}
