import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '@dr/aws-sandbox';

/** Parts of a platform by which its image is named. */
export interface DrilledPlatform {
  readonly environment: string;
  readonly settings: { readonly regions: { readonly primary: string } };
  readonly targets: { readonly secretArn: string };
}

/**
 * Has the reference service run behind the entry, where no image was pushed yet: one is in both regions by the registry's
 * replication.
 *
 * @returns whether it takes orders. What hinders it is said in a line, and the drill goes on without
 */
export async function pushService(
  prefix: string,
  { environment, settings, targets }: DrilledPlatform,
  sandbox: Pick<Sandbox, 'pushImage'>,
  workspaceRoot: string,
  say: (text: string) => void,
): Promise<boolean> {
  const bundle = join(workspaceRoot, 'dist/tools/trade-service');
  const without = (why: string) => {
    say(`the drill sends no orders: ${why}`);
    return false;
  };
  if (!existsSync(join(bundle, 'main.js'))) {
    return without('the reference service is not built. Build it with: npx nx build trade-service');
  }
  const registry = `${targets.secretArn.split(':')[4] ?? ''}.dkr.ecr.${settings.regions.primary}.amazonaws.com`;
  try {
    await sandbox.pushImage(`${registry}/${prefix}-${environment}-trade:bootstrap`, bundle);
    return true;
  } catch (error) {
    return without((error as Error).message);
  }
}
