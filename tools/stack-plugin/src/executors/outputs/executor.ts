import { join } from 'node:path';
import type { StateEntry } from '@dr/state-manifest';
import type { ExecutorContext } from '@nx/devkit';
import { openAccount } from '../../accounts/open-account';
import { accountSettings } from '../../engine/account-settings';
import { readManifest } from '../../engine/deployed-states';
import { synthFolderOf } from '../../engine/folders';
import { openParameterStore } from '../../engine/parameter-store';
import { notSynthesized } from '../../errors';
import { projectOf, reportingProblems } from '../executor-context';
import { formatOutputs, type PublishedContract } from './format-outputs';

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
    say(
      `environment ${environment}, ${await account.confirm(accountSettings(context.root, environment, { stack: name, entry: manifest.states[0] as StateEntry }))}`,
    );
    const store = await openParameterStore(account, context.root);
    const contracts: PublishedContract[] = [];
    for (const address of manifest.states.flatMap((state) => state.publishes)) {
      const path = `${manifest.parameterRoot}/${address.region}/${address.contract}`;
      contracts.push({ ...address, values: await store.readFolder(path, address.store) });
    }
    process.stdout.write(formatOutputs(contracts, format));
  });
}
