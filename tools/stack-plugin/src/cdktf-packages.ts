import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * CDKTF and its maintained fork, of which a workspace has one. They stay outside a stack's bundle: they find assets and
 * their version beside their own files.
 */
export const CDKTF_PACKAGES = ['cdktf', '@cdktf/provider-aws', 'cdktn', '@cdktn/provider-aws', 'constructs'];

/** Those of {@link CDKTF_PACKAGES} that the workspace's package.json names: what a synthesis is made of. */
export function cdktfPackagesOf(workspaceRoot: string): readonly string[] {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8'));
  return CDKTF_PACKAGES.filter((name) => name in { ...dependencies, ...devDependencies });
}
