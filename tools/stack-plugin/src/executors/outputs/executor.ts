import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { openAccount } from '../../accounts/open-account';
import { accountSettings } from '../../engine/account-settings';
import { readManifest } from '../../engine/deployed-states';
import { synthFolderOf } from '../../engine/folders';
import { notSynthesized } from '../../errors';
import { projectOf, reportingProblems } from '../executor-context';
import { formatOutputs, type PublishedContract } from './format-outputs';
import { readParameters } from './read-parameters';

export interface OutputsOptions {
  readonly environment: string;
  readonly account: string;
  readonly format: 'table' | 'json';
}

/** Prints what a stack published, from the parameter stores themselves: what readers would get. */
export default function outputsExecutor(
  { environment, account: accountName, format }: OutputsOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return reportingProblems(async () => {
    const { name } = projectOf(context);
    const manifest = readManifest(join(synthFolderOf(context.root, environment), name));
    if (!manifest) throw notSynthesized(name, environment, join('dist/synth', environment, name));
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    const account = await openAccount(accountName, context.root, say);
    say(`environment ${environment}, ${await account.confirm(accountSettings(context.root, [manifest]))}`);
    const variables = await account.environment(context.root, { types: [], blocks: [] });
    const contracts: PublishedContract[] = [];
    for (const { contract, region, store } of manifest.states.flatMap((state) => state.publishes)) {
      const path = `${manifest.parameterRoot}/${region}/${contract}`;
      contracts.push({
        contract,
        region,
        store,
        values: await readParameters(path, store, account.endpoint, variables),
      });
    }
    process.stdout.write(formatOutputs(contracts, format));
  });
}
